//! What went over the wire.

use std::collections::BTreeMap;

use super::wire::Message;

/// The counts of a proxy since its start or its last `reset`, without the connections' start-up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// How often a client waited for the server: it had asked for an answer, and the answer came to its end.
    /// Requests that are sent together, before the first answer, are one round trip. The closing of statements is none.
    pub round_trips: usize,
    /// The client's messages by type: `Q` a simple query, `P` Parse, `B` Bind, `E` Execute, `S` Sync, `X` Terminate.
    pub messages: BTreeMap<char, usize>,
    /// The texts of simple queries and Parse messages, in order.
    pub sql: Vec<String>,
    /// How many connections were made.
    pub connections: usize,
}

impl Traffic {
    /// How many messages the clients sent.
    pub fn total(&self) -> usize {
        self.messages.values().sum()
    }

    pub fn record(&mut self, message: &Message) {
        *self.messages.entry(message.kind()).or_default() += 1;
        self.sql.extend(message.sql());
    }
}

/// The conversation of one connection: which requests were sent, and which answers came to their end.
#[derive(Debug, Default)]
pub struct Dialogue {
    /// Requests that the server ends an answer to: simple queries, Sync, and the end of a copy.
    asked: usize,
    /// Ends of answers: ReadyForQuery, and the invitation to send the data of a copy.
    answered: usize,
    /// A request since the last end of an answer.
    waiting: bool,
    /// The last request was a simple query.
    simple: bool,
    /// Statements or portals were closed since the last request.
    closing: bool,
    /// Something else was sent since the last request.
    working: bool,
}

impl Dialogue {
    pub fn asked(&self) -> usize {
        self.asked
    }

    pub fn answered(&self) -> usize {
        self.answered
    }

    /// Whether the end of an answer is still to come.
    pub fn is_open(&self) -> bool {
        self.asked > self.answered
    }

    /// Notes a message of the client; says whether it asks for an answer.
    pub fn sent(&mut self, message: &Message) -> bool {
        let kind = message.kind();
        let asks = match kind {
            'Q' | 'S' => true,
            // After a copy in the extended protocol a Sync follows, which asks.
            'c' | 'f' => self.simple,
            _ => false,
        };
        if asks {
            self.asked += 1;
            // The client library closes statements that it no longer needs, with a Sync, and does not wait. sqlx ends
            // each query with the closing of its portal, and waits.
            self.waiting |= self.working || !(kind == 'S' && self.closing);
            self.simple = kind == 'Q';
            (self.closing, self.working) = (false, false);
        } else {
            self.closing |= kind == 'C';
            self.working |= kind != 'C';
        }
        asks
    }

    /// Notes a message of the server; says whether a round trip ends with it.
    pub fn received(&mut self, message: &Message) -> bool {
        if !matches!(message.kind(), 'Z' | 'G' | 'W') {
            return false;
        }
        self.answered += 1;
        std::mem::take(&mut self.waiting)
    }
}
