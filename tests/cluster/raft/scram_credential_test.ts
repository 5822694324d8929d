import { assertEquals, assertRejects } from "@std/assert";
import { FormatterError } from "../../../cluster/raft/formatter_error.ts";
import { parseScramCredential } from "../../../cluster/raft/scram_credential.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const parse = (text: string) => parseScramCredential(text, new SeededRandom(1));
Deno.test("keys are those of the salted password, as Kafka computes them", async () => {
  // What Kafka's storage tool printed for the same argument.
  const credential = await parse(
    'SCRAM-SHA-512=[name=alice,iterations=8192,salt="N3E=",saltedpassword="YCE="]',
  );
  assertEquals([credential.name, credential.mechanism, credential.iterations], ["alice", 2, 8192]);
  assertEquals(credential.salt, new Uint8Array([55, 113]));
  assertEquals([...new Int8Array(credential.storedKey.slice(0, 8))], [
    ...[113, 118, -93, 73, -7, 30, -78, -31],
  ]);
  assertEquals([...new Int8Array(credential.serverKey.slice(0, 8))], [
    ...[76, 97, 124, 14, -35, -18, 90, -58],
  ]);
  assertEquals(credential.storedKey.length, 64);
});

Deno.test("a password is salted first", async () => {
  // What Kafka's storage tool made of this password, with the salt that it drew.
  const credential = await parse(
    "SCRAM-SHA-256=[name=alice,password=alice-secret,salt=MWZ3M2FkMHIxdHAxNjFkdjRqYmwxZ3FlMWQ=]",
  );
  assertEquals(credential.iterations, 4096);
  assertEquals([...new Int8Array(credential.storedKey.slice(0, 8))], [
    ...[110, -20, -118, 62, 55, 74, -94, -63],
  ]);
  assertEquals([...new Int8Array(credential.serverKey.slice(0, 8))], [
    ...[-121, -76, -55, -112, 21, -78, 89, -10],
  ]);
  const again = await parse("SCRAM-SHA-256=[name=user,password=pencil]");
  assertEquals([again.salt.length, again.storedKey.length], [26, 32]);
});

Deno.test("what is wrong is told in Kafka's words", async () => {
  const cases: [string, string][] = [
    ["x", "Failed to find equals sign in SCRAM argument 'x'"],
    ["SHA=[]", "The add-scram mechanism SHA is not supported."],
    ["SCRAM-SHA-256=name", "Expected configuration string to start with ["],
    ["SCRAM-SHA-256=[name", "Expected configuration string to end with ]"],
    ["SCRAM-SHA-256=[name]", "No equals sign found in SCRAM component: name"],
    ["SCRAM-SHA-256=[password=a]", "You must supply 'name' to add-scram"],
    [
      "SCRAM-SHA-256=[name=a]",
      "You must supply one of 'password' or 'saltedpassword' to add-scram",
    ],
    [
      "SCRAM-SHA-256=[name=a,saltedpassword=YQ==]",
      "You must supply 'salt' with 'saltedpassword' to add-scram",
    ],
    ["SCRAM-SHA-256=[name=a,password=b,salt=!]", "Failed to decode given salt: !"],
    [
      "SCRAM-SHA-256=[name=a,salt=YQ==,saltedpassword=!]",
      "Failed to decode given saltedPassword: !",
    ],
    ["SCRAM-SHA-256=[name=a,password=b,iterations=x]", "Failed to parse iterations count: x"],
    [
      "SCRAM-SHA-256=[name=a,password=b,iterations=1]",
      "The 'iterations' value must be >= 4096 for add-scram using SCRAM_SHA_256",
    ],
    [
      "SCRAM-SHA-512=[name=a,password=b,iterations=99999]",
      "The 'iterations' value must be <= 16384 for add-scram using SCRAM_SHA_512",
    ],
    ["SCRAM-SHA-256=[name=a,password=b,x=1]", "Unknown SCRAM configurations: x"],
  ];
  for (const [text, message] of cases) {
    const error = await assertRejects(() => parse(text), FormatterError, undefined, text);
    assertEquals(error.message, message, text);
  }
});
