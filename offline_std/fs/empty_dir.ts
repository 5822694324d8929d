import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Removes all that is in a directory; makes the directory when it is not there. */
export async function emptyDir(dir: string | URL): Promise<void> {
  const path = typeof dir === "string" ? dir : fileURLToPath(dir);
  try {
    const names = await readdir(path);
    await Promise.all(names.map((name) => rm(join(path, name), { recursive: true })));
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    await mkdir(path, { recursive: true });
  }
}

/** Removes all that is in a directory; makes the directory when it is not there. */
export function emptyDirSync(dir: string | URL): void {
  const path = typeof dir === "string" ? dir : fileURLToPath(dir);
  try {
    for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true });
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    mkdirSync(path, { recursive: true });
  }
}
