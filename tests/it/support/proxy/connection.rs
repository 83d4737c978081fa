//! One connection through the proxy, from its start to its end.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;
use std::thread;

use super::state::{CutAt, Shared, lock};
use super::traffic::Dialogue;
use super::wire::{Message, Reader};

/// Passes everything on between a client and the server, in both directions, until both have ended.
pub fn serve(shared: &Shared, client: TcpStream, server: TcpStream) -> io::Result<()> {
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let connection = Connection { shared, client, server, progress: Mutex::default() };
    shared.state().open += 1;
    thread::scope(|scope| {
        scope.spawn(|| {
            // An error is an end too: one side is gone.
            let _ = connection.requests();
            connection.cut();
        });
        let _ = connection.answers();
        let _ = connection.server.shutdown(Shutdown::Both);
        if !lock(&connection.progress).over {
            let _ = connection.client.shutdown(Shutdown::Both);
        }
        shared.state().open -= 1;
        shared.changed.notify_all();
    });
    Ok(())
}

/// What a connection's two directions have in common.
struct Connection<'a> {
    shared: &'a Shared,
    client: TcpStream,
    server: TcpStream,
    /// Locked after the proxy's state, never before it.
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    dialogue: Dialogue,
    /// The answer with whose end the connection is cut, and whether the client still gets it.
    last_answer: Option<(usize, bool)>,
    /// The last answer was delivered, and nothing that the client sends from now on is.
    over: bool,
}

impl Connection<'_> {
    /// The client sees the end of the stream at once. So does the server, after what it was sent before: what was
    /// delivered is done.
    fn cut(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Write);
    }
    /// From the client to the server.
    fn requests(&self) -> io::Result<()> {
        let mut reader = Reader::new(self.client.try_clone()?);
        let (mut client, mut server) = (&self.client, &self.server);
        let Some(mut first) = reader.first()? else { return Ok(()) };
        while matches!(first.bytes().get(4..8), Some([0x04, 0xd2, 0x16, 0x2f | 0x30])) {
            // Asked for encryption, we decline, as a server without it does.
            client.write_all(b"N")?;
            let Some(next) = reader.first()? else { return Ok(()) };
            first = next;
        }
        server.write_all(first.bytes())?;
        loop {
            let messages = reader.next()?;
            if messages.is_empty() {
                return Ok(());
            }
            let mut together = Vec::new();
            for message in messages {
                if self.request(&message, &mut together)? {
                    return Ok(());
                }
            }
            server.write_all(&together)?;
        }
    }

    /// Counts a message of the client and adds it to what is sent `together`; says whether the connection is over.
    fn request(&self, message: &Message, together: &mut Vec<u8>) -> io::Result<bool> {
        if message.kind() == 'p' {
            // A password: still the start-up.
            together.extend_from_slice(message.bytes());
            return Ok(false);
        }
        let mut state = self.shared.flowing();
        if state.stalls_here(message.bytes()) {
            drop(state);
            state = self.shared.flowing();
        }
        let mut progress = lock(&self.progress);
        if progress.over {
            return Ok(true);
        }
        state.traffic.record(message);
        let cut = state.cut_here();
        if !matches!(cut, Some(CutAt::Before(_))) {
            together.extend_from_slice(message.bytes());
            let asks = progress.dialogue.sent(message);
            let answer = progress.dialogue.asked() + usize::from(!asks);
            match cut {
                Some(CutAt::Unanswered(_)) if asks => progress.last_answer = Some((answer, false)),
                Some(CutAt::Answered(_)) => progress.last_answer = Some((answer, true)),
                Some(CutAt::Unanswered(_)) => {}
                Some(CutAt::Before(_)) | None => return Ok(false),
            }
        }
        let over = progress.last_answer.is_none();
        if over {
            (&self.server).write_all(together)?;
        }
        Ok(over)
    }

    /// From the server to the client.
    ///
    /// An answer is passed on when its end has come, because client libraries return before the end: what a test
    /// counts then would depend on the moment, and a lost answer could be half known.
    fn answers(&self) -> io::Result<()> {
        let mut reader = Reader::new(self.server.try_clone()?);
        let mut held = Vec::new();
        let mut started = false;
        loop {
            let messages = reader.next()?;
            if messages.is_empty() {
                // The server's last words, if it ended the session.
                return (&self.client).write_all(&held);
            }
            for message in messages {
                started |= self.answer(&message, started, &mut held);
            }
        }
    }

    /// Passes a message of the server on, holds it back, or loses it; says whether the start-up ends with it.
    fn answer(&self, message: &Message, started: bool, held: &mut Vec<u8>) -> bool {
        let mut state = self.shared.flowing();
        let mut progress = lock(&self.progress);
        let expected = progress.dialogue.is_open();
        let answer = progress.dialogue.answered() + 1;
        if started {
            state.traffic.round_trips += usize::from(progress.dialogue.received(message));
        } else if message.kind() == 'Z' {
            state.traffic.connections += 1;
        }
        let ended = progress.dialogue.answered() == answer;
        let (last, delivered) = progress.last_answer.unwrap_or((usize::MAX, true));
        let last_ended = answer == last && ended;
        progress.over |= last_ended && delivered;
        drop((progress, state));

        if answer < last || delivered {
            held.extend_from_slice(message.bytes());
        }
        if ended || !expected {
            // If the client is gone, the server's end is still waited for.
            let _ = (&self.client).write_all(held);
            held.clear();
        }
        if last_ended && delivered {
            let _ = self.server.shutdown(Shutdown::Write);
        } else if last_ended {
            self.cut();
        }
        message.kind() == 'Z'
    }
}
