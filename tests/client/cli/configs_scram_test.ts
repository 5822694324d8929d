import { assertEquals, assertThrows } from "@std/assert";
import { parseScramCredential } from "../../../client/cli/configs_scram.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { alterUserScramCredentials } from "../../../client/protocol/messages/alter_user_scram_credentials.ts";
import { describeClientQuotas } from "../../../client/protocol/messages/describe_client_quotas.ts";
import { describeUserScramCredentials } from "../../../client/protocol/messages/describe_user_scram_credentials.ts";
import { runTool } from "../../support/cli.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("a credential has a password, and iterations from 4096 on", () => {
  const parse = (text: string) => parseScramCredential("SCRAM-SHA-256", text);
  assertEquals(parse("password=a=b"), { password: "a=b", iterations: 4096 });
  assertEquals(parse("iterations=8192,password="), { password: "", iterations: 8192 });
  assertEquals(parse("iterations=-1,password=x").iterations, 4096);
  const refused = (text: string, message: string) =>
    assertThrows(() => parse(text), JavaException, message);
  refused("x", "Invalid credential property SCRAM_SHA_256=x");
  refused(
    "iterations=5,password=x",
    "Iterations 5 is less than the minimum 4096 required for SCRAM-SHA-256",
  );
  refused("iterations=,password=x", 'For input string: ""');
});

Deno.test("configs: credentials of users are set, shown and taken away", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const credentials = new Map<string, number>();
  nodes.on(describeClientQuotas, () => ({ errorMessage: null, entries: [] }));
  nodes.on(alterUserScramCredentials, ({ upsertions, deletions }) => {
    for (const { mechanism, iterations } of upsertions) credentials.set(`${mechanism}`, iterations);
    for (const { mechanism } of deletions) credentials.delete(`${mechanism}`);
    return { results: [{ user: "alice", errorMessage: null }] };
  });
  nodes.on(describeUserScramCredentials, () => ({
    errorMessage: null,
    results: [
      {
        user: "alice",
        errorMessage: null,
        errorCode: errorCode(credentials.size === 0 ? "RESOURCE_NOT_FOUND" : "NONE"),
        credentialInfos: Array.from(credentials, ([mechanism, iterations]) => (
          { mechanism: Number(mechanism), iterations }
        )),
      },
      { user: "odd", errorCode: errorCode("DUPLICATE_RESOURCE"), errorMessage: "twice" },
    ],
  }));
  const env = manualEnv();
  const run = async (args: string) => {
    const all = ["--bootstrap-server", nodes.bootstrapServers, ...args.split(" ")];
    const { code, stdout, stderr } = await runTool("configs", all, {
      env,
      transport: nodes.transport,
    });
    return [code, `${stdout}${stderr}`.trimEnd().split("\n").at(-1)] as const;
  };
  const odd = "Error retrieving SCRAM credential configs for user-principal 'odd': " +
    "ExecutionException: org.apache.kafka.common.errors.DuplicateResourceException: twice";
  assertEquals(
    await run(
      "--alter --user alice --add-config SCRAM-SHA-256=[iterations=8192,password=x],SCRAM-SHA-512=[password=y]",
    ),
    [0, "Completed updating config for user alice."],
  );
  const described = await runTool(
    "configs",
    ["--bootstrap-server", nodes.bootstrapServers, "--describe", "--user", "alice"],
    { env, transport: nodes.transport },
  );
  assertEquals(described.stdout.split("\n"), [
    "SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-256=iterations=8192, SCRAM-SHA-512=iterations=4096",
    odd,
    "",
  ]);
  assertEquals(await run("--alter --user alice --delete-config SCRAM-SHA-256,SCRAM-SHA-512"), [
    0,
    "Completed updating config for user alice.",
  ]);
  assertEquals(await run("--describe --entity-type users --entity-name alice"), [0, odd]);
  const [, json] = await run("--describe --user alice --json");
  assertEquals(JSON.parse(json!), [{
    entity: { user: "odd" },
    error: "org.apache.kafka.common.errors.DuplicateResourceException: twice",
  }]);
  assertEquals(await run("--alter --user-defaults --add-config SCRAM-SHA-256=[password=x]"), [
    1,
    "The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.",
  ]);
  assertEquals(
    await run("--alter --user a --add-config SCRAM-SHA-256=[password=x],producer_byte_rate=1"),
    [
      1,
      "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.",
    ],
  );
});
