/**
 * Checks what `deno publish` would take. The stand-ins of `offline_std/` must not count as part of the package,
 * and Deno takes linked files inside the folder for that: so the check runs on a copy with the stand-ins beside it.
 */
const root = new URL("../", import.meta.url).pathname;
const stage = await Deno.makeTempDir();
try {
  const listed = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd: root,
  }).output();
  const files = new TextDecoder().decode(listed.stdout).split("\0")
    .filter((file) => file !== "" && !file.startsWith("tests/"));
  for (const file of files) {
    const target = file.startsWith("offline_std/")
      ? `${stage}/${file}`
      : `${stage}/package/${file}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(`${root}${file}`, target);
  }
  const config = JSON.parse(await Deno.readTextFile(`${stage}/package/deno.json`));
  config.links = ["../offline_std/*"];
  await Deno.writeTextFile(`${stage}/package/deno.json`, JSON.stringify(config));
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-provenance"],
    cwd: `${stage}/package`,
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  Deno.exit(code);
} finally {
  await Deno.remove(stage, { recursive: true });
}
