//! Where a server is, and where each of its databases is.

use postgres::{Client, Config, NoTls};

use crate::testing::Error;
use crate::words::connection::{not_postgres, whereabouts};
use crate::words::notice;

/// A connection string, which names a server and one database of it.
#[derive(Clone)]
pub struct Address {
    url: String,
    config: Config,
}

impl Address {
    /// Reads a connection string in either of its forms, `postgresql://…` or `host=… user=…`.
    pub fn parse(url: &str) -> Result<Address, Error> {
        if let Some((message, help)) = not_postgres(url) {
            return Err(Error::new(message).help(help));
        }
        match url.parse() {
            Ok(mut config) => {
                notice::hear(&mut config);
                Ok(Address { url: url.to_owned(), config })
            }
            // The text is not repeated: it may hold a password.
            Err(error) => Err(Error::new("the connection string cannot be read").caused_by(&error)),
        }
    }

    /// Another database of the same server; `name` is made of letters, digits and underscores.
    pub fn database(&self, name: &str) -> Address {
        let mut config = self.config.clone();
        config.dbname(name);
        Address { url: with_database(&self.url, name), config }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A new session there, named so in the server's list of sessions.
    pub fn connect(&self, application: Option<&str>) -> Result<Client, Error> {
        let mut config = self.config.clone();
        if let Some(application) = application {
            config.application_name(application);
        }
        config.connect(NoTls).map_err(|error| {
            Error::new(format!("cannot connect to {}", whereabouts(&config))).caused_by(&error)
        })
    }
}

fn with_database(url: &str, name: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Of a key that is given twice, the last one counts.
        return format!("{url} dbname={name}");
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
    let mut url = format!("{scheme}://{authority}/{name}");
    let mut separator = '?';
    for parameter in
        query.split('&').filter(|parameter| !parameter.is_empty() && !parameter.starts_with("dbname="))
    {
        url.push(separator);
        url.push_str(parameter);
        separator = '&';
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_changes() {
        let cases = [
            ("postgresql://a:b@h:5433/old", "postgresql://a:b@h:5433/new"),
            ("postgres://h", "postgres://h/new"),
            ("postgres://h/", "postgres://h/new"),
            ("postgres://u@/old?host=%2Ftmp&dbname=older", "postgres://u@/new?host=%2Ftmp"),
            (
                "postgres://h?connect_timeout=3&options=-c%20a=b",
                "postgres://h/new?connect_timeout=3&options=-c%20a=b",
            ),
            ("host=h dbname=old", "host=h dbname=old dbname=new"),
        ];
        for (url, expected) in cases {
            let address = Address::parse(url).expect("a readable connection string").database("new");
            assert_eq!(address.url(), expected);
            assert_eq!(address.config().get_dbname(), Some("new"));
            let read_again = Address::parse(address.url()).expect("a readable connection string");
            assert_eq!(read_again.config().get_dbname(), Some("new"), "{url}");
            assert_eq!(read_again.config().get_hosts(), address.config().get_hosts(), "{url}");
        }
    }

    #[test]
    fn an_unreadable_address_does_not_show_its_password() {
        let error =
            Address::parse("postgresql://user:secret@host:port/db").map(|_| ()).expect_err("no such port");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
