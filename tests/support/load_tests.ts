/**
 * Many test files in one isolate. Deno gives each test file an isolate of its own, into which all that it imports is compiled anew: with
 * hundreds of files of a few milliseconds each that is most of the time there is.
 *
 * @module
 */

/** Loads all test files of a folder of `tests/` and its folders, in the order of their names. */
export async function loadTests(folder: string): Promise<void> {
  for (const file of await testFiles(new URL(`../${folder}/`, import.meta.url))) {
    await import(file.href);
  }
}

async function testFiles(folder: URL): Promise<URL[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = await Promise.all(entries.map(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(new URL(`${name}/`, folder));
    return name.endsWith("_test.ts") ? [new URL(name, folder)] : [];
  }));
  return files.flat();
}
