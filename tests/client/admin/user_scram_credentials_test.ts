import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { alterUserScramCredentials } from "../../../client/protocol/messages/alter_user_scram_credentials.ts";
import { describeUserScramCredentials } from "../../../client/protocol/messages/describe_user_scram_credentials.ts";
import { saltedPassword, scramMechanism } from "../../../client/metadata/scram_mechanism.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("credentials are described, each user with its own error", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.inTurn(
    describeUserScramCredentials,
    () => ({
      errorMessage: null,
      results: [
        {
          user: "alice",
          errorMessage: null,
          credentialInfos: [{ mechanism: 1, iterations: 4096 }, { mechanism: 9, iterations: 1 }],
        },
        { user: "bob", errorCode: errorCode("RESOURCE_NOT_FOUND"), errorMessage: "none" },
      ],
    }),
    () => ({ errorCode: errorCode("CLUSTER_AUTHORIZATION_FAILED"), errorMessage: "no" }),
  );
  await using admin = scriptedAdmin(nodes);
  const results = await admin.describeUserScramCredentials(["alice", "bob"]);
  assertEquals(results.get("alice"), [
    { mechanism: "SCRAM-SHA-256", iterations: 4096 },
    { mechanism: "UNKNOWN", iterations: 1 },
  ]);
  assertThrows(() => results.get("bob"), KafkaError, "none");
  assertEquals(nodes.of(describeUserScramCredentials)[0]!.request.users, [
    { name: "alice" },
    { name: "bob" },
  ]);
  await assertRejects(() => admin.describeUserScramCredentials(), KafkaError, "no");
});

Deno.test("a password leaves the client salted only; what is unacceptable is not sent", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(alterUserScramCredentials, ({ upsertions, deletions }) => ({
    results: [...upsertions, ...deletions].map(({ name: user }) => ({ user, errorMessage: null })),
  }));
  await using admin = scriptedAdmin(nodes);
  const salt = new Uint8Array([1, 2, 3]);
  const results = await admin.alterUserScramCredentials([
    {
      user: "alice",
      mechanism: "SCRAM-SHA-512",
      upsertion: { password: "secret", iterations: 4096, salt },
    },
    { user: "bob", mechanism: "SCRAM-SHA-256" },
    {
      user: "empty",
      mechanism: "SCRAM-SHA-256",
      upsertion: { password: "", iterations: 4096 },
    },
    { user: "", mechanism: "SCRAM-SHA-256" },
  ]);
  assertEquals(results.error("alice"), undefined);
  assertEquals(results.error("bob"), undefined);
  assertEquals(results.error("empty")!.message, "Password must not be empty");
  assertEquals(results.error("")!.message, "Username must not be empty");
  const [{ request } = { request: undefined }] = nodes.of(alterUserScramCredentials);
  assertEquals(request, {
    deletions: [{ name: "bob", mechanism: 1 }],
    upsertions: [{
      name: "alice",
      mechanism: 2,
      iterations: 4096,
      salt,
      saltedPassword: await saltedPassword(scramMechanism("SCRAM-SHA-512")!, "secret", salt, 4096),
    }],
  });
});
