//! x
use viewkeeper::testing::Server;
#[test]
fn start() -> Result<(), Box<dyn std::error::Error>> {
    let t = std::time::Instant::now();
    let server = Server::start()?;
    println!("{} {:?}", server.description(), t.elapsed());
    let t = std::time::Instant::now();
    let database = server.database()?;
    println!("{} {:?} {:?}", database.url(), t.elapsed(), server.bin("pg_dump"));
    let t = std::time::Instant::now();
    let mut client = database.connect()?;
    println!("{:?}", t.elapsed());
    client.batch_execute("create table t (id bigint)")?;
    let t = std::time::Instant::now();
    let template = server.template(|c| Ok(c.batch_execute("create table t (id bigint)")?))?;
    println!("{:?}", t.elapsed());
    let d = template.database()?;
    d.connect()?.query("select id from t", &[])?;
    println!("{:?}", t.elapsed());
    drop(client);
    drop(server);
    drop(d);
    drop(template);
    drop(database);
    println!("{:?}", t.elapsed());
    Ok(())
}
