/**
 * The folder that keeps what the interop suite installs, from one run to the next.
 *
 * @module
 */

/** A command's failure carries what it printed. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    ...options,
  }).output();
  const out = new TextDecoder().decode(stdout);
  if (code !== 0) {
    throw new Error(
      `${command} ${args.join(" ")} ended with ${code}: ${out}${new TextDecoder().decode(stderr)}`,
    );
  }
  return out;
}

/** Where everything is kept. */
export function cacheHome(): string {
  return `${Deno.env.get("HOME") ?? "/tmp"}/.cache/seglog-interop`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/**
 * A folder of the cache, filled by `install` when it is not there yet. An install that ends halfway leaves nothing.
 *
 * @param name of the folder; what is in it depends on the name alone, so that it has the versions in it
 */
export async function cached(
  name: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = `${cacheHome()}/${name}`;
  if (await exists(`${folder}/complete`)) return folder;
  await Deno.mkdir(cacheHome(), { recursive: true });
  if (await exists(folder)) await Deno.remove(folder, { recursive: true });
  await Deno.mkdir(folder);
  await install(folder);
  await Deno.writeTextFile(`${folder}/complete`, name);
  return folder;
}

/** Eight hexadecimal digits that change with the content of some files. */
export async function digestOf(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(files.map((file) => Deno.readFile(file)));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).bytes()));
  return [...hash.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
