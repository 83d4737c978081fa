//! A connection in words: what is wrong with a connection string, and where a connection goes. Neither tells a password.

use postgres::Config;
use postgres::config::Host;

/// What is wrong with a text that is not even meant for PostgreSQL, and what helps; nothing of it but its scheme is told.
pub fn not_postgres(url: &str) -> Option<(String, String)> {
    let example = "it looks like postgres://user@host/name, or like \"host=... user=... dbname=...\"";
    if url.trim().is_empty() {
        return Some(("the database URL is empty".to_owned(), example.to_owned()));
    }
    let (scheme, _) = url.split_once("://")?;
    let is_scheme = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.:".contains(c));
    if !is_scheme || ["postgres", "postgresql"].contains(&scheme) {
        return None;
    }
    let lower = scheme.to_lowercase();
    let help = if lower.contains("postgres") {
        format!("write postgres:// for {scheme}://")
    } else {
        example.to_owned()
    };
    Some((format!("the database URL begins with {scheme}://, and PostgreSQL's with postgres://"), help))
}

/// Where a connection goes: `database "app" on db.example.org:5432 as "me"`.
pub fn whereabouts(config: &Config) -> String {
    let ports = config.get_ports();
    let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
    let mut places: Vec<String> = config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(at, host)| match host {
            Host::Tcp(name) if name.contains(':') => format!("[{name}]:{}", port(at)),
            Host::Tcp(name) => format!("{name}:{}", port(at)),
            #[cfg(unix)]
            Host::Unix(folder) => format!("the socket {}/.s.PGSQL.{}", folder.display(), port(at)),
        })
        .collect();
    if places.is_empty() {
        let addresses = config.get_hostaddrs().iter().enumerate();
        places = addresses
            .map(|(at, address)| std::net::SocketAddr::new(*address, port(at)).to_string())
            .collect();
    }
    let place = if places.is_empty() { "no host".to_owned() } else { places.join(" or ") };
    // As for libpq, a database that is not named has the user's name.
    let database = config.get_dbname().or(config.get_user()).map(|name| format!("database \"{name}\" on "));
    let user = config.get_user().map(|user| format!(" as \"{user}\""));
    format!("{}{place}{}", database.unwrap_or_default(), user.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_told_without_its_password() {
        let cases = [
            ("postgres://me:s3cret@db.example.org/app", "database \"app\" on db.example.org:5432 as \"me\""),
            ("postgres://me:s3cret@one,two:6543/app", "database \"app\" on one:5432 or two:6543 as \"me\""),
            (
                "host=/run/postgresql user=me",
                "database \"me\" on the socket /run/postgresql/.s.PGSQL.5432 as \"me\"",
            ),
            ("hostaddr=::1 port=1 user=me dbname=app", "database \"app\" on [::1]:1 as \"me\""),
            ("user=me", "database \"me\" on no host as \"me\""),
            ("host=here", "here:5432"),
        ];
        for (url, told) in cases {
            assert_eq!(whereabouts(&url.parse().expect(url)), told, "{url}");
        }
    }

    #[test]
    fn what_is_not_for_postgres_is_told_by_its_scheme_alone() {
        let told = |url: &str| not_postgres(url).map(|(message, help)| format!("{message}; {help}"));
        assert!(
            told("  ").expect("empty").starts_with("the database URL is empty; it looks like postgres://")
        );
        let mysql = told("mysql://me:s3cret@host/app").expect("mysql");
        assert!(
            mysql.starts_with("the database URL begins with mysql://") && !mysql.contains("s3cret"),
            "{mysql}"
        );
        for scheme in ["postgresql+asyncpg", "jdbc:postgresql", "POSTGRES"] {
            let other = told(&format!("{scheme}://me@host/app")).expect(scheme);
            assert!(other.ends_with(&format!("write postgres:// for {scheme}://")), "{other}");
        }
        for right in ["postgres://me@host/app", "postgresql:///app", "host=a password=x://y", "user=me"] {
            assert_eq!(told(right), None, "{right}");
        }
    }
}
