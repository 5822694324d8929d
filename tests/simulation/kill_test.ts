import { assert, assertEquals } from "@std/assert";
import { Log } from "../../storage/embedded/log.ts";
import { string } from "../../storage/serde/string.ts";
import { SeededRandom } from "../support/manual_env.ts";

const kills = Number(Deno.env.get("KILLS") ?? 15);
const writer = new URL("./kill_writer.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

/** Lets the writer run until it has said `lines` lines, and kills it. Returns what it said last. */
async function runAndKill(
  directory: string,
  seed: number,
  lines: number,
): Promise<{ appended: number; flushed: number }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config, writer, directory, String(seed)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.split("\n").length > lines) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has been killed by an earlier chunk.
      }
    }
  }
  assertEquals((await child.status).signal, "SIGKILL");
  // The last line may be torn.
  const whole = text.split("\n").slice(0, -1);
  const last = (kind: string) =>
    Number(whole.findLast((line) => line.startsWith(kind))?.slice(2) ?? 0);
  return { appended: last("a "), flushed: last("f ") };
}

Deno.test(`a writer that is killed ${kills} times loses nothing that it was told is there`, async () => {
  const directory = await Deno.makeTempDir();
  const random = new SeededRandom(1);
  try {
    let durable = 0;
    for (let kill = 0; kill < kills; kill++) {
      const { appended, flushed } = await runAndKill(directory, kill, 1 + random.below(200));
      // A killed process leaves its writes to the operating system, so what was appended is there as well.
      durable = Math.max(durable, appended, flushed);
      using log = Log.open<string, string>(directory, { serde: string(), keySerde: string() });
      assert(log.logEndOffset >= durable, `kill ${kill}: ${log.logEndOffset} below ${durable}`);
      const from = kill % 10 === 9 ? 0 : Math.max(0, durable - 5000);
      let next = from;
      for (const { offset, key, value } of log.read({ from })) {
        assertEquals(offset, next++);
        assertEquals(key, `k${offset}`);
        assert(value?.startsWith(`v${offset}-`));
      }
      assertEquals(next, log.logEndOffset);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
