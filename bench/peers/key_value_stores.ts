/**
 * Other embedded stores under the same load: 150 values of 100 bytes a call, under an increasing 8-byte key. None
 * of them waits for the disk, as the log's append does not.
 *
 * Their packages have native parts and are needed by this comparison alone.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix
import { DatabaseSync } from "node:sqlite";

/** Appends `calls` times `values` and returns the records a second. */
export type StoreRun = (
  directory: string,
  values: readonly Uint8Array[],
  calls: number,
) => Promise<number>;

function rate(records: number, startMs: number): number {
  return records * 1000 / (performance.now() - startMs);
}

/** SQLite through Deno's own binding: WAL, `synchronous=OFF`, one transaction a call. */
export const sqlite: StoreRun = (directory, values, calls) => {
  const db = new DatabaseSync(`${directory}/sqlite.db`);
  db.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; CREATE TABLE log (k INTEGER PRIMARY KEY, v BLOB)",
  );
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
export const leveldb: StoreRun = async (directory, values, calls) => {
  const { ClassicLevel } = await import("npm:classic-level@3");
  const db = new ClassicLevel<Uint8Array, Uint8Array>(`${directory}/level`, {
    keyEncoding: "view",
    valueEncoding: "view",
  });
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
export const lmdb: StoreRun = async (directory, values, calls) => {
  const { open } = await import("npm:lmdb@3");
  const db = open<Uint8Array, number>({
    path: `${directory}/lmdb`,
    noSync: true,
    encoding: "binary",
    keyEncoding: "uint32",
  });
  const start = performance.now();
  let key = 0;
  for (let call = 0; call < calls; call++) {
    db.transactionSync(() => {
      for (const value of values) db.putSync(key++, value as never);
    });
  }
  const figure = rate(calls * values.length, start);
  await db.close();
  return figure;
};
