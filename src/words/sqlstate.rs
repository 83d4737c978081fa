//! The SQLSTATEs that we react to. Whatever is not named here fails at once, with the server's words.

use super::error::ServerError;

/// A lock was not to be had in time, or NOWAIT found it taken.
pub const LOCK_NOT_AVAILABLE: &str = "55P03";
/// The server chose us to end a deadlock.
pub const DEADLOCK_DETECTED: &str = "40P01";
/// Says nothing by itself: every extension uses it. See [`gives_way`].
pub const INTERNAL_ERROR: &str = "XX000";
/// A new value of an enum is used in the transaction that added it.
pub const UNSAFE_NEW_ENUM_VALUE: &str = "55P04";
/// A table has pending trigger events, and is altered in the same transaction.
pub const OBJECT_IN_USE: &str = "55006";
/// Something uses what is to be changed.
pub const FEATURE_NOT_SUPPORTED: &str = "0A000";
/// Something depends on what is to be dropped.
pub const DEPENDENT_OBJECTS: &str = "2BP01";
/// A mistake in the text; without a position, what 14 says of a column that a generated column uses.
pub const SYNTAX_ERROR: &str = "42601";
pub const INSUFFICIENT_PRIVILEGE: &str = "42501";
pub const ACTIVE_TRANSACTION: &str = "25001";
pub const NO_ACTIVE_TRANSACTION: &str = "25P01";
pub const IDLE_IN_TRANSACTION: &str = "25P03";
pub const OUT_OF_MEMORY: &str = "53200";
pub const QUERY_CANCELED: &str = "57014";
pub const TOO_MANY_CONNECTIONS: &str = "53300";
/// How the codes begin with which the server ends a session: it stops, it crashed, or the database is dropped.
const ENDS_SESSION: &str = "57P0";
pub const INVALID_SCHEMA: &str = "3F000";
pub const DUPLICATE_SCHEMA: &str = "42P06";
pub const UNDEFINED_TABLE: &str = "42P01";
pub const UNDEFINED_FUNCTION: &str = "42883";
pub const UNDEFINED_OBJECT: &str = "42704";
pub const DUPLICATE_TABLE: &str = "42P07";
/// A statement that nobody prepared in the session.
pub const UNDEFINED_PSTATEMENT: &str = "26000";
pub const DUPLICATE_OBJECT: &str = "42710";
pub const DUPLICATE_FUNCTION: &str = "42723";
/// Ours, of `sql/same_session.sql`.
pub const OTHER_SESSION: &str = "VK001";

/// What is to be put back came to run a stranger's code: raised by `sql/trust_unchanged.sql`.
pub const CAME_BETWEEN: &str = "VK002";

/// The routine of the server by which PL/pgSQL raises what a text says.
const RAISED: &str = "exec_stmt_raise";

/// The setting that says how many locks the server has room for.
const LOCKS: &str = "max_locks_per_transaction";

/// Another session is in the way, and the same work may succeed when that is done: it holds a lock, or it changed the row
/// of the catalog that we were about to change. The latter has no SQLSTATE of its own, so the routine of the server
/// tells, and its words, which no server translates: the routine also refuses a row that we changed ourselves.
pub fn gives_way(server: &ServerError) -> bool {
    let routine = server.routine.as_deref().unwrap_or_default();
    match server.code.as_str() {
        // What somebody's code raises under these codes is nobody's lock.
        LOCK_NOT_AVAILABLE | DEADLOCK_DETECTED => routine != RAISED,
        INTERNAL_ERROR => {
            ["simple_heap_update", "simple_heap_delete"].contains(&routine)
                && server.message.starts_with("tuple concurrently ")
        }
        _ => false,
    }
}

/// It cannot be done in one transaction, and may be done in several. The routines tell the server's own refusal from
/// what a migration's code raises, for which nothing may be committed by itself.
pub fn splits(server: &ServerError) -> bool {
    let routine = server.routine.as_deref().unwrap_or_default();
    match server.code.as_str() {
        UNSAFE_NEW_ENUM_VALUE => routine == "check_safe_enum_use",
        OBJECT_IN_USE => routine == "CheckTableNotInUse",
        _ => false,
    }
}

/// It is about the moment and not about a statement, so the same statement need not fail again, or only after a long time:
/// locks, what came between, and whoever stopped us. A file that cannot be read, a full disk and the like are met again, and
/// what somebody's code raises is about the statement that calls it, whatever its code.
pub fn is_of_the_moment(server: &ServerError) -> bool {
    let code = server.code.as_str();
    let stops = code == QUERY_CANCELED || code == TOO_MANY_CONNECTIONS || code.starts_with(ENDS_SESSION);
    code == CAME_BETWEEN
        || gives_way(server)
        || lacks_room_for_locks(server)
        || (stops && server.routine.as_deref() != Some(RAISED))
}

/// Its name, a type or a value that it uses is not there, or is another one now; a lacking right is no such thing.
pub fn does_not_fit(server: &ServerError) -> bool {
    let code = server.code.as_str();
    (code.starts_with("42") && code != INSUFFICIENT_PRIVILEGE)
        || code.starts_with("22")
        || [FEATURE_NOT_SUPPORTED, INVALID_SCHEMA].contains(&code)
}

/// Something of its name is there.
pub fn is_there_already(server: &ServerError) -> bool {
    [DUPLICATE_TABLE, DUPLICATE_OBJECT, DUPLICATE_FUNCTION].contains(&server.code.as_str())
}

/// Something that it names is not there.
pub fn is_missing(server: &ServerError) -> bool {
    [UNDEFINED_TABLE, UNDEFINED_FUNCTION, UNDEFINED_OBJECT].contains(&server.code.as_str())
}

/// The lock table is full. The server says so in its hint, whose words are translated, and the setting's name is not.
pub fn lacks_room_for_locks(server: &ServerError) -> bool {
    server.code == OUT_OF_MEMORY && server.hint.as_ref().is_some_and(|hint| hint.contains(LOCKS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str, message: &str, routine: &str) -> ServerError {
        let (code, message, routine) = (code.to_owned(), message.to_owned(), Some(routine.to_owned()));
        ServerError { code, message, routine, ..ServerError::default() }
    }

    #[test]
    fn the_internal_error_gives_way_only_where_another_session_changed_the_row() {
        assert!(gives_way(&of("XX000", "tuple concurrently updated", "simple_heap_update")));
        assert!(gives_way(&of("XX000", "tuple concurrently deleted", "simple_heap_delete")));
        assert!(!gives_way(&of("XX000", "tuple already updated by self", "simple_heap_update")));
        assert!(!gives_way(&of("XX000", "tuple concurrently updated", "exec_stmt_raise")));
        assert!(!gives_way(&of("XX000", "parse error - invalid geometry", "pg_error")));
    }

    #[test]
    fn duplicates_and_failed_serialisations_are_nobodys_lock() {
        for code in ["42P06", "42P07", "42710", "23505", "40001", "57014", "25P02", "53200"] {
            assert!(!gives_way(&of(code, "", "")), "{code}");
            assert!(!splits(&of(code, "", "")), "{code}");
        }
    }

    #[test]
    fn of_the_moment_is_what_ends_the_session_or_was_stopped() {
        for code in ["57014", "57P01", "57P02", "57P03", "57P04", "57P05", "53300", "VK002"] {
            assert!(is_of_the_moment(&of(code, "", "ProcessInterrupts")), "{code}");
        }
        for code in ["58P01", "58030", "58000", "53000", "53100", "53200", "53400", "57000"] {
            assert!(!is_of_the_moment(&of(code, "", "")), "{code}");
        }
        for code in ["57014", "57P01", "53300", "55P03"] {
            assert!(!is_of_the_moment(&of(code, "", "exec_stmt_raise")), "{code}");
        }
    }

    #[test]
    fn what_a_migration_raises_itself_does_not_split_the_work() {
        assert!(
            splits(&of("55006", "", "CheckTableNotInUse")) && splits(&of("55P04", "", "check_safe_enum_use"))
        );
        assert!(!splits(&of("55006", "", "exec_stmt_raise")) && !splits(&of("55P04", "", "exec_stmt_raise")));
    }
}
