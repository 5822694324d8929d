/** Short ways for tests to open embedded logs, and a Kafka log directory for them. */

import { Log } from "../../storage/embedded/log.ts";
import type { LogOptions } from "../../storage/embedded/log_options.ts";
import { DiskFileSystem } from "../../storage/file/disk_file_system.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { string } from "../../storage/serde/string.ts";
import type { ManualEnv } from "../support/manual_env.ts";

/** A log of texts. */
export type TextLog = Log<string, string>;
/** Its options. */
export type TextOptions = LogOptions<string, string>;

/** Opens a log of texts. */
export function openText(path: string, options: TextOptions): TextLog {
  return Log.open(path, { serde: string(), keySerde: string(), ...options });
}

/** The values of all records, or of those from an offset on. */
export function values(log: TextLog, from?: number): (string | null)[] {
  return [...log.read({ from })].map((record) => record.value);
}

/** UTF-8. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Registers a test of the same behaviour on a disk and in memory. */
export function onBoth(
  name: string,
  test: (fileSystem: FileSystem, directory: string) => unknown,
): void {
  Deno.test(`${name} (memory)`, async () => {
    await test(new MemoryFileSystem(), "/data/events");
  });
  Deno.test(`${name} (disk)`, async () => {
    const root = await Deno.makeTempDir();
    try {
      await test(new DiskFileSystem(), `${root}/events`);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

const FIXTURES = new URL("../fixtures/broker", import.meta.url).pathname;

/** Puts the log directory that a Kafka broker left at `/kafka`. Returns its files by path. */
export async function kafkaDirectory(env: ManualEnv): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const copy = async (from: string, to: string) => {
    env.fileSystem.makeDirectory(to);
    for await (const entry of Deno.readDir(from)) {
      if (entry.isDirectory) await copy(`${from}/${entry.name}`, `${to}/${entry.name}`);
      else {
        const bytes = await Deno.readFile(`${from}/${entry.name}`);
        writeFile(env.fileSystem, `${to}/${entry.name}`, bytes);
        files.set(`${to}/${entry.name}`, bytes);
      }
    }
  };
  await copy(FIXTURES, "/kafka");
  return files;
}

/** The bytes of a file. */
export function copyOf(fileSystem: FileSystem, path: string): Uint8Array {
  const file = fileSystem.open(path, { readOnly: true });
  try {
    const bytes = new Uint8Array(file.size());
    file.read(0, bytes, 0, bytes.length);
    return bytes;
  } finally {
    file.close();
  }
}

/** Makes or replaces a file. */
export function writeFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): void {
  const file = fileSystem.open(path, { create: true });
  file.truncate(0);
  file.write(0, bytes);
  file.close();
}

/** The text of a file. */
export function readText(fileSystem: FileSystem, path: string): string {
  return new TextDecoder().decode(copyOf(fileSystem, path));
}
