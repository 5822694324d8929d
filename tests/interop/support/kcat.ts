/**
 * kcat, from Debian's package and those it needs that the system lacks; unpacked in the cache, nothing is installed.
 *
 * @module
 */

import { type Finished, run } from "../kafka/apache_kafka.ts";
import { cached, runToEnd } from "./cache.ts";

const folder = "kcat-debian";

async function unpack(home: string): Promise<void> {
  await Deno.mkdir(`${home}/archives/partial`, { recursive: true });
  const apt = [
    // Nothing is installed, so that nothing must be locked.
    ...["-o", "Debug::NoLocking=1", "-o", `Dir::Cache::archives=${home}/archives`],
    ...["--download-only", "--no-install-recommends", "--reinstall", "-y", "install", "kcat"],
  ];
  try {
    await runToEnd("apt-get", apt);
  } catch {
    // The list of packages may be missing or old.
    await runToEnd("apt-get", ["-q", "update"]);
    await runToEnd("apt-get", apt);
  }
  for await (const { name } of Deno.readDir(`${home}/archives`)) {
    if (name.endsWith(".deb")) await runToEnd("dpkg", ["-x", `${home}/archives/${name}`, home]);
  }
}

/** Why kcat can not be had here, if it can not: only Debian's packages are known to have it. */
export async function whyNoKcat(): Promise<string | undefined> {
  const found = await new Deno.Command("apt-get", { args: ["--version"], stdout: "null" }).output()
    .then(({ success }) => success, () => false);
  return found ? undefined : "this system has no apt-get";
}

/** Runs kcat to its end, with a text for its standard input. */
export async function kcat(args: readonly string[], input?: string): Promise<Finished> {
  const home = await cached(folder, unpack);
  const libraries: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${home}/usr/lib`)) {
    if (isDirectory) libraries.push(`${home}/usr/lib/${name}`);
  }
  const command = [`LD_LIBRARY_PATH=${libraries.join(":")}`, `${home}/usr/bin/kcat`, ...args];
  return await run("env", command, input);
}
