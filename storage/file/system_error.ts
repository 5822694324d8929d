/**
 * Turns what a system says into the engine's own error.
 *
 * @module
 */

import { LogDirError, StorageError } from "../errors.ts";

const meanings: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "file exists",
  EINVAL: "invalid argument",
  EIO: "input/output error",
  EISDIR: "is a directory",
  EMFILE: "too many open files",
  ENFILE: "too many open files in the system",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  ENOTEMPTY: "directory not empty",
  EBADF: "not open for that",
  EDQUOT: "disk quota exceeded",
  EROFS: "read-only file system",
};

/** Errors that some calls of the runtime give with their number alone; these are the same on all POSIX systems. */
const numbers: Readonly<Record<string, string>> = {
  2: "ENOENT",
  5: "EIO",
  9: "EBADF",
  13: "EACCES",
  17: "EEXIST",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  28: "ENOSPC",
  30: "EROFS",
};

/** What is refused for want of room, and leaves all as it was. */
const TAKES_ROOM = /^(?:write|create|open|preallocate|make)/;

/** The system's name of an error (`ENOENT`), or `undefined` when it has none. */
export function errorCode(error: unknown): string | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === "string") return code;
  return numbers[/\(os error (\d+)\)/.exec(String(message))?.[1] ?? ""];
}

/** An error such as a system raises, for file systems that have none under them. */
export function systemError(code: string): Error & { code: string } {
  return Object.assign(new Error(`${code}: ${meanings[code] ?? "system error"}`), { code });
}

/**
 * The error of a disk that did not do what it was asked to.
 *
 * @param action what was to be done: `write to`
 * @param path the file it was to be done to
 * @param cause the system's error; its name and meaning are told in the message
 */
export function logDirError(action: string, path: string, cause: unknown): LogDirError {
  const code = errorCode(cause);
  const reason = code !== undefined && code in meanings
    ? `${code}, ${meanings[code]}`
    : cause instanceof Error
    ? cause.message
    : String(cause);
  const isDiskFull = (code === "ENOSPC" || code === "EDQUOT") && TAKES_ROOM.test(action);
  return new LogDirError(path, `Failed to ${action} ${path}: ${reason}`, { cause, isDiskFull });
}

/** As {@linkcode logDirError} for an error of the system; that of a wrong call, or of the engine, stays what it is. */
export function diskError(action: string, path: string, error: unknown): unknown {
  const bug = (error instanceof RangeError || error instanceof TypeError) &&
    !/^E[A-Z0-9]+$/.test(errorCode(error) ?? "");
  return bug || error instanceof StorageError ? error : logDirError(action, path, error);
}
