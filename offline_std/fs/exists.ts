import { accessSync, constants, type Stats, statSync } from "node:fs";
import { access, stat } from "node:fs/promises";

/** What must hold for a path to count as there. */
export interface ExistsOptions {
  /** It can be read. */
  isReadable?: boolean;
  /** It is a directory. */
  isDirectory?: boolean;
  /** It is a file. */
  isFile?: boolean;
}

function check(options: ExistsOptions | undefined): void {
  if (options?.isDirectory && options.isFile) {
    throw new TypeError(
      "ExistsOptions.options.isDirectory and ExistsOptions.options.isFile must not be true together",
    );
  }
}

function fits(info: Stats, options: ExistsOptions | undefined): boolean {
  if (options?.isDirectory && !info.isDirectory()) return false;
  return !(options?.isFile && !info.isFile());
}

function missing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "EACCES"].includes(String((error as { code?: unknown }).code));
}

/** Whether there is something at the path. */
export async function exists(path: string | URL, options?: ExistsOptions): Promise<boolean> {
  check(options);
  try {
    const info = await stat(path);
    if (!fits(info, options)) return false;
    if (options?.isReadable) await access(path, constants.R_OK);
    return true;
  } catch (error) {
    if (missing(error)) return false;
    throw error;
  }
}

/** Whether there is something at the path. */
export function existsSync(path: string | URL, options?: ExistsOptions): boolean {
  check(options);
  try {
    const info = statSync(path);
    if (!fits(info, options)) return false;
    if (options?.isReadable) accessSync(path, constants.R_OK);
    return true;
  } catch (error) {
    if (missing(error)) return false;
    throw error;
  }
}
