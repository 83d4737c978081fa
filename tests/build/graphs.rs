//! Two hundred random projects: the order is right, whatever the files are called; a cycle names all its members.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use viewkeeper::__private::{Source, bundle};

/// A small generator, so that a failure can be repeated: `SEED=… cargo test`.
pub struct Random(u64);

impl Random {
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
        let seed = std::env::var("SEED").map_or(now, |seed| seed.parse().unwrap());
        println!("SEED={seed}");
        Random(seed)
    }

    /// A number below `limit` (splitmix64).
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn word(&mut self) -> String {
        (0..=self.below(6)).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }
}

/// Views with random names; each needs some of those before it.
struct Graph {
    names: Vec<String>,
    needs: Vec<Vec<usize>>,
}

impl Graph {
    fn random(random: &mut Random) -> Self {
        let size = 1 + random.below(40);
        let names = (0..size).map(|index| format!("{}_{index}", random.word())).collect();
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); size];
        for (index, needs) in needs.iter_mut().enumerate().skip(1) {
            needs.extend((0..random.below(4)).map(|_| random.below(index)));
        }
        Graph { names, needs }
    }

    fn view(&self, index: usize, random: &mut Random) -> String {
        let from: Vec<String> = self.needs[index]
            .iter()
            .enumerate()
            .map(|(place, &needed)| {
                let name = &self.names[needed];
                match random.below(3) {
                    0 => format!("public.{name} as t{place}"),
                    1 => format!("\"{name}\" as t{place}"),
                    _ => format!("(select * from {}) as t{place}", name.to_uppercase()),
                }
            })
            .collect();
        let from = if from.is_empty() { String::new() } else { format!("\nfrom {}", from.join(", ")) };
        format!("create view {} as\nselect 1 as one{from};\n", self.names[index])
    }

    /// The views in random files, sometimes several in one, listed in random order.
    fn files(&self, random: &mut Random) -> Vec<Source> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut rest: Vec<usize> = (0..self.names.len()).collect();
        while !rest.is_empty() {
            let index = rest.swap_remove(random.below(rest.len()));
            let path = format!("{}/{}.sql", ["views", "more/views", "x"][random.below(3)], random.word());
            files.entry(path).or_default().push_str(&self.view(index, random));
        }
        let mut files: Vec<Source> = files.into_iter().map(|(path, text)| Source { path, text }).collect();
        for index in (1..files.len()).rev() {
            files.swap(index, random.below(index + 1));
        }
        files
    }

    fn tier(&self, index: usize) -> usize {
        self.needs[index].iter().map(|&needed| self.tier(needed) + 1).max().unwrap_or(1)
    }
}

#[test]
fn two_hundred_random_projects_are_in_a_right_order() {
    let mut random = Random::new();
    for _ in 0..200 {
        let graph = Graph::random(&mut random);
        let objects = bundle(&graph.files(&mut random), "sql", "app").unwrap().manifest.objects;
        assert_eq!(objects.len(), graph.names.len());
        let place =
            |index: usize| objects.iter().position(|object| object.name == graph.names[index]).unwrap();
        for (index, needs) in graph.needs.iter().enumerate() {
            let object = &objects[place(index)];
            let mut expected: Vec<usize> = needs.iter().map(|&needed| place(needed)).collect();
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(object.needs, expected, "{}", object.name);
            assert!(object.needs.iter().all(|&needed| needed < place(index)), "{}", object.name);
            assert_eq!(object.tier, graph.tier(index), "{}", object.name);
            assert_eq!(object.references.len(), needs.len());
        }
        let again = bundle(&graph.files(&mut random), "sql", "app").unwrap().manifest.objects;
        let names: Vec<_> = objects.iter().map(|object| &object.name).collect();
        assert_eq!(names, again.iter().map(|object| &object.name).collect::<Vec<_>>());
    }
}

#[test]
fn a_cycle_names_all_its_members_and_their_places() {
    let mut random = Random::new();
    for _ in 0..200 {
        let mut graph = Graph::random(&mut random);
        // A way through some of the views, closed to a circle; the other edges only point to it.
        let size = graph.names.len();
        let length = 1 + random.below(size.min(8));
        let members: Vec<usize> = (0..length).collect();
        for needs in graph.needs.iter_mut().take(length) {
            needs.clear();
        }
        for (place, &member) in members.iter().enumerate() {
            graph.needs[member] = vec![members[(place + 1) % length]];
        }
        let files = graph.files(&mut random);
        let problems = bundle(&files, "sql", "app").unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].places.len(), length);
        for &member in &members {
            let name = &graph.names[member];
            assert!(problems[0].message.contains(&format!("\"public.{name}\"")), "{}", problems[0]);
            let file =
                files.iter().find(|file| file.text.contains(&format!("create view {name} as"))).unwrap();
            let shown = format!("sql/{}", file.path);
            assert!(problems[0].places.iter().any(|place| place.location.file == shown), "{}", problems[0]);
        }
    }
}
