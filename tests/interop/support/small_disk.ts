/**
 * File systems of their own, in memory, that can be full, gone or replaced.
 *
 * @module
 */

/** A mounted file system; disposing takes it away. */
export interface SmallDisk extends AsyncDisposable {
  /** Where it is. */
  readonly path: string;
  /** It is gone, and nothing can take its place: a file has. */
  fail(): Promise<void>;
  /** Something else takes all the room that is left. */
  fill(): Promise<void>;
  /** There is room again. */
  free(): Promise<void>;
}

async function run(command: string, ...args: readonly string[]): Promise<boolean> {
  const options: Deno.CommandOptions = { args: [...args], stdout: "null", stderr: "null" };
  return (await new Deno.Command(command, options).output()).success;
}

/** Whether file systems can be mounted here. */
export async function canMount(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  const mounted = await run("mount", "-t", "tmpfs", "tmpfs", folder);
  if (mounted) await run("umount", "-l", folder);
  await Deno.remove(folder);
  return mounted;
}

/** Mounts an empty one over a folder. */
export async function mountDisk(path: string, megabytes: number): Promise<SmallDisk> {
  await Deno.mkdir(path, { recursive: true });
  if (!await run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path)) {
    throw new Error(`Nothing can be mounted at ${path}`);
  }
  const filler = `${path}/filler`;
  return {
    path,
    async fail() {
      await run("umount", "-l", path);
      await Deno.remove(path);
      await Deno.writeTextFile(path, "");
    },
    async fill() {
      using file = await Deno.open(filler, { write: true, create: true });
      const block = new Uint8Array(1 << 16);
      try {
        while (true) await file.write(block);
      } catch {
        // It is full.
      }
    },
    free: () => Deno.remove(filler),
    async [Symbol.asyncDispose]() {
      await run("umount", "-l", path);
      if ((await Deno.stat(path)).isFile) await Deno.remove(path);
    },
  };
}
