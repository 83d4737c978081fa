//! The same server further away: whatever goes to it or comes from it arrives a while later.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use postgres::Config;
use postgres::config::Host;

/// A door to a server, open until the process ends.
pub struct Delay {
    address: SocketAddr,
}

impl Delay {
    /// A door to the server of this configuration, at which everything is held up for as long as `each_way`.
    pub fn start(config: &Config, each_way: Duration) -> io::Result<Delay> {
        let (Some(Host::Tcp(host)), Some(port)) = (config.get_hosts().first(), config.get_ports().first())
        else {
            return Err(io::Error::other("the server does not listen on TCP"));
        };
        let server = (host.clone(), *port);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for client in listener.incoming() {
                // A connection that breaks here is the client's affair; it sees the end of the stream.
                let _ = client.and_then(|client| connect(client, TcpStream::connect(&server)?, each_way));
            }
        });
        Ok(Delay { address })
    }

    /// The same database and account through this door.
    pub fn through(&self, config: &Config) -> Config {
        let mut far = Config::new();
        far.host(&self.address.ip().to_string()).port(self.address.port());
        far.user(config.get_user().unwrap_or_default()).dbname(config.get_dbname().unwrap_or_default());
        if let Some(password) = config.get_password() {
            far.password(password);
        }
        far
    }
}

fn connect(client: TcpStream, server: TcpStream, each_way: Duration) -> io::Result<()> {
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    carry(client.try_clone()?, server.try_clone()?, each_way);
    carry(server, client, each_way);
    Ok(())
}

/// Reads and writes in two threads, so that what is sent in quick succession arrives in quick succession.
fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut chunk = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut chunk) {
            if sender.send((Instant::now() + delay, chunk[..count].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        // It may be over already.
        let _ = to.shutdown(Shutdown::Write);
    });
}
