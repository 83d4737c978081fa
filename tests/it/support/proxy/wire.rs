//! PostgreSQL's protocol, as far as a proxy must understand it: where messages begin and end.

use std::io::{self, Read};
use std::net::TcpStream;

/// A message with its type, length and body, as it is on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(Vec<u8>);

impl Message {
    /// The message's type. The first message of a connection has none; this is then a byte of its length.
    pub fn kind(&self) -> char {
        char::from(self.0[0])
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The SQL of a simple query or a Parse message.
    pub fn sql(&self) -> Option<String> {
        let mut strings = self.0.get(5..)?.split(|byte| *byte == 0);
        let text = match self.kind() {
            'Q' => strings.next(),
            // The statement's name comes first.
            'P' => strings.nth(1),
            _ => None,
        };
        text.map(|text| String::from_utf8_lossy(text).into_owned())
    }
}

/// Cuts a stream of bytes into messages.
pub struct Reader {
    stream: TcpStream,
    pending: Vec<u8>,
}

impl Reader {
    pub fn new(stream: TcpStream) -> Reader {
        Reader { stream, pending: Vec::new() }
    }

    /// The first message of a client, which has a length but no type.
    pub fn first(&mut self) -> io::Result<Option<Message>> {
        self.wait_for(|bytes| length(bytes.get(..4)?))
    }

    /// All messages that have come whole, at least one; none at the end of the stream.
    ///
    /// What was sent together is returned together, so that a pipeline of requests is seen before its first answer.
    pub fn next(&mut self) -> io::Result<Vec<Message>> {
        let mut messages: Vec<Message> = self.wait_for(whole)?.into_iter().collect();
        while !messages.is_empty()
            && let Some(end) = whole(&self.pending)
        {
            messages.push(self.take(end));
        }
        Ok(messages)
    }

    fn wait_for(&mut self, end: impl Fn(&[u8]) -> Option<usize>) -> io::Result<Option<Message>> {
        let mut chunk = vec![0; 64 * 1024];
        loop {
            if let Some(end) = end(&self.pending).filter(|end| *end <= self.pending.len()) {
                return Ok(Some(self.take(end)));
            }
            match self.stream.read(&mut chunk)? {
                0 => return Ok(None),
                count => self.pending.extend_from_slice(&chunk[..count]),
            }
        }
    }

    fn take(&mut self, end: usize) -> Message {
        Message(self.pending.drain(..end).collect())
    }
}

/// Where the first message ends, if it is there whole.
fn whole(bytes: &[u8]) -> Option<usize> {
    let end = 1 + length(bytes.get(1..5)?)?;
    (end <= bytes.len()).then_some(end)
}

fn length(bytes: &[u8]) -> Option<usize> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sql_is_behind_the_header_and_the_name() {
        assert_eq!(Message(b"Q\0\0\0\x0dselect 1\0".to_vec()).sql().as_deref(), Some("select 1"));
        assert_eq!(Message(b"P\0\0\0\x11s1\0select 2\0\0\0".to_vec()).sql().as_deref(), Some("select 2"));
        assert_eq!(Message(b"S\0\0\0\x04".to_vec()).sql(), None);
    }

    #[test]
    fn half_a_message_is_none() {
        assert_eq!(whole(b"S\0\0\0\x04"), Some(5));
        assert_eq!(whole(b"S\0\0\0"), None);
        assert_eq!(whole(b"Q\0\0\0\x0dselect"), None);
    }
}
