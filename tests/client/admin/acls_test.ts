import { assertEquals, assertRejects } from "@std/assert";
import { type AclBinding, aclText } from "../../../client/admin/acls.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { createAcls } from "../../../client/protocol/messages/create_acls.ts";
import { deleteAcls } from "../../../client/protocol/messages/delete_acls.ts";
import { describeAcls } from "../../../client/protocol/messages/describe_acls.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const binding: AclBinding = {
  resourceType: "TOPIC",
  resourceName: "orders",
  patternType: "LITERAL",
  principal: "User:a",
  host: "*",
  operation: "READ",
  permissionType: "ALLOW",
};
const numbers = {
  resourceType: 2,
  resourceName: "orders",
  patternType: 3,
  principal: "User:a",
  host: "*",
  operation: 3,
  permissionType: 3,
};

Deno.test("a broker without rules says so", async () => {
  await using world = await adminWorld();
  await assertRejects(
    () => world.admin.describeAcls({}),
    KafkaError,
    "The node does not support DESCRIBE_ACLS",
  );
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(describeAcls, () => ({
    errorCode: errorCode("SECURITY_DISABLED"),
    errorMessage: "No Authorizer is configured.",
    resources: [],
  }));
  await using admin = scriptedAdmin(nodes);
  const error = await assertRejects(() => admin.describeAcls({}), KafkaError);
  assertEquals([error.code, error.message], ["SECURITY_DISABLED", "No Authorizer is configured."]);
});

Deno.test("rules are described; what a filter leaves out may be anything", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const { principal, host, operation, permissionType, ...resource } = numbers;
  nodes.on(describeAcls, () => ({
    errorMessage: null,
    resources: [{ ...resource, acls: [{ principal, host, operation, permissionType }] }],
  }));
  await using admin = scriptedAdmin(nodes);
  assertEquals(await admin.describeAcls({ resourceType: "TOPIC", host: "*" }), [binding]);
  assertEquals(nodes.of(describeAcls)[0]!.request, {
    resourceTypeFilter: 2,
    resourceNameFilter: null,
    patternTypeFilter: 1,
    principalFilter: null,
    hostFilter: "*",
    operation: 1,
    permissionType: 1,
  });
});

Deno.test("rules are made, each with its own error", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(createAcls, () => ({
    results: [
      { errorCode: 0, errorMessage: null },
      { errorCode: errorCode("INVALID_REQUEST"), errorMessage: "odd" },
    ],
  }));
  await using admin = scriptedAdmin(nodes);
  const others = ["b", "c"].map((resourceName) => ({ ...binding, resourceName }));
  const results = await admin.createAcls([binding, ...others]);
  assertEquals(results.error(binding), undefined);
  assertEquals(results.error(others[0]!)?.message, "odd");
  assertEquals(
    results.error(others[1]!)?.message,
    `The broker reported no creation result for the given ACL: ${aclText(others[1]!)}`,
  );
  const { patternType: resourcePatternType, ...rest } = numbers;
  assertEquals(nodes.of(createAcls)[0]!.request.creations[0], { ...rest, resourcePatternType });
});

Deno.test("rules that filters meet are deleted, each filter with its own error", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(deleteAcls, () => ({
    filterResults: [
      {
        errorMessage: null,
        matchingAcls: [
          { ...numbers, errorMessage: null },
          {
            ...numbers,
            host: "h",
            errorCode: errorCode("UNKNOWN_SERVER_ERROR"),
            errorMessage: "x",
          },
        ],
      },
      { errorCode: errorCode("INVALID_REQUEST"), errorMessage: "odd", matchingAcls: [] },
    ],
  }));
  await using admin = scriptedAdmin(nodes);
  const filters = [{ host: "1" }, { host: "2" }, { host: "3" }];
  const results = await admin.deleteAcls(filters);
  const [first, second] = results.get({ host: "1" });
  assertEquals([first!.binding, first!.error], [binding, null]);
  assertEquals([second!.binding.host, second!.error?.message], ["h", "x"]);
  assertEquals(results.error({ host: "2" })?.message, "odd");
  assertEquals(
    results.error({ host: "3" })?.message,
    "The broker reported no deletion result for the given filter.",
  );
});
