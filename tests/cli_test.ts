import { assert, assertEquals } from "@std/assert";

const root = new URL("../", import.meta.url);

async function seglog(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", new URL("cli.ts", root).pathname, ...args],
    cwd: new URL("tests/fixtures/", root).pathname,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a tool is found by its name, and by that of Kafka's script", async () => {
  for (const name of ["dump-log", "kafka-dump-log.sh"]) {
    assertEquals(await seglog(name, "--version"), { code: 0, stdout: "4.3.1\n", stderr: "" });
  }
});

Deno.test("without a tool, or with an unknown one, the tools are listed", async () => {
  const none = await seglog();
  assertEquals([none.code, none.stdout], [1, ""]);
  assert(none.stderr.startsWith("Usage: seglog TOOL") && none.stderr.includes("\n  dump-log "));
  const unknown = await seglog("foo");
  assertEquals([unknown.code, unknown.stderr.split("\n")[0]], [1, "Unknown tool: foo"]);
  assertEquals((await seglog("--help")).code, 0);
});

Deno.test("output, errors and status leave the process, paths are absolute where Kafka's are", async () => {
  const run = await seglog(
    "dump-log",
    "--deep-iteration",
    "--files",
    "broker/trimmed-0/00000000000000000138.log",
  );
  assertEquals(run.code, 0);
  assert(run.stdout.startsWith("Dumping broker/trimmed-0/00000000000000000138.log\n"));
  const path = new URL("tests/fixtures/broker/trimmed-0/00000000000000000138.log", root).pathname;
  assertEquals(run.stderr, `Non-consecutive offsets in ${path}\n  -1 is followed by 138\n`);
  const faults = await seglog("log", "verify", "corrupt/bad-index/before");
  assertEquals([faults.code, faults.stderr], [1, ""]);
});

Deno.test("a tool that is told to stop ends, with the signal's status, while standard input is open", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "-A", new URL("cli.ts", root).pathname, "console-producer"],
      ...["--bootstrap-server", "127.0.0.1:1", "--topic", "t", "--max-block-ms", "50"],
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode("line\n"));
  let printed = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    printed += text;
    // It reads on, and so it waits for input now.
    if (printed.includes("Topic t not present in metadata after 50 ms.")) child.kill("SIGINT");
  }
  assertEquals((await child.status).code, 130);
  await input.close().catch(() => {});
});
