import { assert, assertEquals, assertThrows } from "@std/assert";
import { DUMP_OPTIONS } from "../../../../storage/cli/dump/dump_options.ts";
import {
  absolutePathOf,
  dumpRequest,
  printsContents,
  recordParser,
} from "../../../../storage/cli/dump/dump_request.ts";
import { parseOptions } from "../../../../storage/cli/option_parser.ts";
import { LineOutput, ToolFailure, type ToolIo } from "../../../../storage/cli/tool.ts";
import { manualEnv } from "../../../support/manual_env.ts";

const io: ToolIo = { env: manualEnv(), stdout() {}, stderr() {}, workingDirectory: "/w" };

function options(...args: string[]) {
  return parseOptions(args, DUMP_OPTIONS);
}

Deno.test("a request has the range of offsets, and everything without one", () => {
  const all = dumpRequest(io, options(), new LineOutput(io), false);
  assertEquals([all.fromOffset, all.toOffset, all.json], [-Infinity, Infinity, false]);
  const some = dumpRequest(
    io,
    options("--from-offset=3", "--to-offset=9", "--json"),
    new LineOutput(io),
    true,
  );
  assertEquals([some.fromOffset, some.toOffset, some.json, some.skipDamage], [3, 9, true, true]);
  assertEquals(absolutePathOf(some, "a.log"), "/w/a.log");
});

Deno.test("a decoder option prints contents and picks the decoder, the first of Kafka's order", () => {
  assert(!printsContents(options("--deep-iteration")));
  for (const name of ["offsets", "transaction-log", "cluster-metadata", "share-group-state"]) {
    const given = options(`--${name}-decoder`);
    assert(printsContents(given) && recordParser(given).givesJson, name);
  }
  assert(!recordParser(options("--remote-log-metadata-decoder")).givesJson);
  assert(!recordParser(options()).givesJson);
  assertThrows(
    () => recordParser(options("--key-decoder-class=x.Y")),
    ToolFailure,
    "decoder class",
  );
});
