import { assertEquals, assertRejects } from "@std/assert";
import { ClusterAdmin } from "../../../client/admin/cluster_admin.ts";
import { adminWorld } from "../../support/admin.ts";

Deno.test("the client is one for the cluster as well, and ends with its scope", async () => {
  await using world = await adminWorld();
  const admin = world.another();
  {
    await using scoped = admin;
    assertEquals(scoped instanceof ClusterAdmin, true);
    assertEquals((await scoped.describeCluster()).nodes.length, 1);
  }
  await assertRejects(
    () => admin.describeCluster(),
    Error,
    "Cannot accept new calls when AdminClient is closing.",
  );
});
