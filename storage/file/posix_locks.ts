/**
 * Linux's list of file locks, `/proc/locks`. Apache Kafka locks a log directory with a POSIX (`fcntl`) lock on its `.lock`
 * file, which the `flock` that Deno takes does not meet; the list shows it.
 *
 * @module
 */

/** A POSIX lock that some process holds. */
export interface PosixLock {
  /** The process that holds it. */
  readonly pid: number;
  /** Major and minor number of the file's device. */
  readonly device: readonly [number, number];
  readonly inode: number;
}

/** The POSIX locks in the text of `/proc/locks`; requests that wait for one (`->`) and locks of other kinds are left out. */
export function parsePosixLocks(text: string): PosixLock[] {
  const locks: PosixLock[] = [];
  for (const line of text.split("\n")) {
    const match = /^\d+: POSIX +\S+ +\S+ +(\d+) +([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line);
    if (match === null) continue;
    locks.push({
      pid: Number(match[1]),
      device: [parseInt(match[2]!, 16), parseInt(match[3]!, 16)],
      inode: Number(match[4]),
    });
  }
  return locks;
}

/** Major and minor number of a device as `stat` gives it in one (glibc's layout). */
export function deviceNumbers(device: number): readonly [number, number] {
  const high = Math.floor(device / 2 ** 32);
  const low = device >>> 0;
  return [
    ((low >>> 8) & 0xfff) | (high & ~0xfff),
    (low & 0xff) | ((low >>> 12) & ~0xff),
  ];
}
