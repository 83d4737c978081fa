//! A page in headless Chromium: what a script on it finds, and what it looks like.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use serde_json::Value;

/// A browser, and a folder of its own.
pub struct Browser {
    program: PathBuf,
    folder: PathBuf,
}

impl Browser {
    /// Chromium, where there is one: named by `CHROMIUM`, or found in the PATH. Where there is none, a test that needs it
    /// says so and passes, because nobody should have to install a browser to test a migrator; with
    /// `VIEWKEEPER_BROWSER=required`, which `.ci/run` sets, it fails.
    pub fn find() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
        let path = env::var_os("PATH").unwrap_or_default();
        let in_path = || {
            let folders: Vec<PathBuf> = env::split_paths(&path).collect();
            let files = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
            files.into_iter().find(|file| file.is_file())
        };
        let Some(program) = env::var_os("CHROMIUM").map(PathBuf::from).or_else(in_path) else {
            let needed = env::var_os("VIEWKEEPER_BROWSER").is_some_and(|value| value == "required");
            assert!(
                !needed,
                "VIEWKEEPER_BROWSER=required, and there is no Chromium: apt-get install chromium, or set CHROMIUM"
            );
            eprintln!(
                "not tested: the page of the graph, because there is no Chromium (install it, or set CHROMIUM)"
            );
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("viewkeeper-browser-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Some(Browser { program, folder })
    }

    /// Opens a page with this fragment, runs the body of an async function at its end, and gives what it returns.
    pub fn run(&self, html: &str, fragment: &str, body: &str) -> Value {
        let script = format!(
            "<script>(async () => {{ let answer; try {{ answer = await (async () => {{ {body} }})(); }} catch (error) {{ answer = {{ error: String(error) }}; }}\n\
             const bytes = new TextEncoder().encode(JSON.stringify(answer));\n\
             document.documentElement.dataset.answer = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');\n\
             }})()</script></body>"
        );
        let end = html.rfind("</body>").expect("a page has a body");
        let page = self.page(&format!("{}{script}{}", &html[..end], &html[end + "</body>".len()..]));
        let output = self.chromium(&["--dump-dom", "--virtual-time-budget=5000", &address(&page, fragment)]);
        let dom = String::from_utf8_lossy(&output.stdout);
        let Some((_, rest)) = dom.split_once("data-answer=\"") else {
            panic!("the page gave no answer: {}", String::from_utf8_lossy(&output.stderr));
        };
        let hex = rest.split('"').next().unwrap_or_default();
        let bytes: Vec<u8> =
            (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
        let answer: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(answer.get("error").is_none(), "{answer}");
        answer
    }

    /// A picture of a page, as PNG.
    pub fn screenshot(&self, html: &str, fragment: &str) -> Vec<u8> {
        let page = self.page(html);
        let picture = page.with_extension("png");
        let shot = format!("--screenshot={}", picture.display());
        let output = self.chromium(&[
            &shot,
            "--window-size=1400,900",
            "--virtual-time-budget=3000",
            &address(&page, fragment),
        ]);
        fs::read(&picture)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
    }

    fn page(&self, html: &str) -> PathBuf {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let file = self.folder.join(format!("page-{}.html", NUMBER.fetch_add(1, Ordering::Relaxed)));
        fs::write(&file, html).unwrap();
        file
    }

    fn chromium(&self, arguments: &[&str]) -> Output {
        let profile = self.folder.join("profile");
        let _ = fs::remove_dir_all(&profile);
        Command::new(&self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn address(page: &Path, fragment: &str) -> String {
    format!("file://{}{fragment}", page.display())
}
