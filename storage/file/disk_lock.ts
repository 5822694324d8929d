/**
 * The lock of a log directory on disk.
 *
 * @module
 */

import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { LogUnavailableError } from "../errors.ts";
import { LOCK_FILE } from "./file_names.ts";
import type { DirectoryLock } from "./file_system.ts";
import { joinPath } from "./paths.ts";
import { deviceNumbers, parsePosixLocks } from "./posix_locks.ts";
import { diskError } from "./system_error.ts";

/** Log directories that this process holds, by {@linkcode identityOf} their lock files. */
const held = new Set<string>();

/**
 * Locks a log directory against everyone: other logs of this process, other processes, and Apache Kafka.
 *
 * The file `.lock` is locked twice. Deno's lock is a `flock`, which ends with the process and stands against other
 * processes of ours. Java's is a POSIX record lock (`fcntl`), which is another kind and does not meet the first one. Deno
 * has no call for it, but its SQLite locks with it: an exclusive transaction on the empty file holds it and writes
 * nothing. So a broker can't start on a directory that is open here, nor the other way round. On Windows there is only
 * one kind.
 *
 * @param directory absolute path
 * @throws {LogUnavailableError} when the directory is taken; on Linux with the pid of a broker that has it
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = joinPath(directory, LOCK_FILE);
  // First without opening the file: closing it again would end the POSIX lock that this process may have on it.
  if (held.has(identityOf(path) ?? "")) {
    throw taken(directory, "another log in this process has it");
  }
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { create: true, read: true, write: true });
  } catch (error) {
    throw diskError("lock", path, error);
  }
  let database: DatabaseSync | undefined;
  try {
    if (!file.tryLockSync(true)) throw taken(directory, "another process has it");
    const pid = posixLockHolder(path);
    if (pid !== undefined) {
      throw taken(directory, `the process with pid ${pid} has it (a running Apache Kafka broker?)`);
    }
    if (Deno.build.os !== "windows") database = posixLock(path, directory);
  } catch (error) {
    file.close();
    throw diskError("lock", path, error);
  }
  const identity = identityOf(path) ?? path;
  held.add(identity);
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      held.delete(identity);
      database?.close();
      file.close();
    },
  };
}

/** What tells one file from another, however its path is written; `undefined` when it is not there. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino ?? realpathSync(path)}`;
  } catch {
    return undefined;
  }
}

function taken(directory: string, holder: string): LogUnavailableError {
  return new LogUnavailableError(`Failed to lock the log directory, ${holder}: ${directory}`);
}

function posixLock(path: string, directory: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // Nothing may appear beside the file, and the lock may not be given up in between.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (/database is locked/.test(String(error))) {
      throw taken(directory, "another process has it (a running Apache Kafka broker?)");
    }
    // Someone put something into the file, or the file system knows no such locks: the first lock has to do.
    return undefined;
  }
}

/** The process that has a POSIX lock on a file; `undefined` too where the list of locks can't be read. */
function posixLockHolder(path: string): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  let text: string;
  try {
    text = readFileSync("/proc/locks", "utf8");
  } catch {
    return undefined;
  }
  const { dev, ino } = Deno.statSync(path);
  const [major, minor] = deviceNumbers(dev);
  return parsePosixLocks(text).find((lock) =>
    lock.inode === ino && lock.pid !== Deno.pid &&
    ((lock.device[0] === major && lock.device[1] === minor) || hasOpen(lock.pid, path))
  )?.pid;
}

/** Whether a process has a file open: some file systems tell the list of locks another device than `stat`. */
function hasOpen(pid: number, path: string): boolean {
  try {
    const target = realpathSync(path);
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === target;
      } catch {
        return false; // Closed since.
      }
    });
  } catch {
    return false; // Gone since, or not ours to look at.
  }
}
