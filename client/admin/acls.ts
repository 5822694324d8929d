/**
 * Rules of who may do what.
 *
 * @module
 */

import { createAcls as createAclsApi } from "../protocol/messages/create_acls.ts";
import { deleteAcls as deleteAclsApi } from "../protocol/messages/delete_acls.ts";
import { describeAcls as describeAclsApi } from "../protocol/messages/describe_acls.ts";
import { ACL_OPERATIONS, type AclOperation } from "./acl_operations.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults, Outcome } from "./admin_results.ts";
import { apiError, apiOutcome, unexpectedAnswer } from "./api_error.ts";
import { outcomesOf } from "./outcome_call.ts";
import { throwIfNotController } from "./quota_violations.ts";

/** A kind of resource that rules are about, by Kafka's name. */
export type AclResourceType = (typeof ACL_RESOURCE_TYPES)[number];

/** How a rule's resource name is compared, by Kafka's name. */
export type AclPatternType = (typeof ACL_PATTERN_TYPES)[number];

/** Whether a rule allows or denies, by Kafka's name. */
export type AclPermissionType = (typeof ACL_PERMISSION_TYPES)[number];

/** Kinds of resources, by their numbers. */
export const ACL_RESOURCE_TYPES = [
  "UNKNOWN",
  "ANY",
  "TOPIC",
  "GROUP",
  "CLUSTER",
  "TRANSACTIONAL_ID",
  "DELEGATION_TOKEN",
  "USER",
] as const;
/** Ways to compare names, by their numbers. */
export const ACL_PATTERN_TYPES = ["UNKNOWN", "ANY", "MATCH", "LITERAL", "PREFIXED"] as const;
/** What a rule may do, by numbers. */
export const ACL_PERMISSION_TYPES = ["UNKNOWN", "ANY", "DENY", "ALLOW"] as const;

/** A rule. */
export interface AclBinding {
  /** Kind of the resource. */
  readonly resourceType: AclResourceType;
  /** Its name, or the beginning of it. */
  readonly resourceName: string;
  /** Which of the two. */
  readonly patternType: AclPatternType;
  /** Who: `User:name`, or `User:*` for all. */
  readonly principal: string;
  /** From where; `*` for anywhere. */
  readonly host: string;
  /** What. */
  readonly operation: AclOperation;
  /** Whether it is allowed. */
  readonly permissionType: AclPermissionType;
}

/** Which rules are meant; what is missing may be anything. */
export interface AclBindingFilter extends Partial<AclBinding> {}

/** What became of a rule that a filter has met. */
export interface DeletedAcl {
  /** The rule. */
  readonly binding: AclBinding;
  /** What kept it from being deleted; `null` for nothing. */
  readonly error: Error | null;
}

const CONTROLLER: Destination = { to: "any", orController: true };

/**
 * The rules that a filter meets.
 *
 * @throws {KafkaError} what the broker says
 */
export async function describeAcls(
  context: AdminContext,
  filter: AclBindingFilter,
  options: CallOptions = {},
): Promise<readonly AclBinding[]> {
  return await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "describeAcls",
      destination: CONTROLLER,
      api: describeAclsApi,
      draft: () =>
        filterDraft(filter),
    }, ({ errorCode, errorMessage, resources }) =>
      apiOutcome(errorCode, errorMessage, () =>
        resources.flatMap(({ acls, ...resource }) =>
          acls.map((acl) =>
            bindingOf({ ...resource, ...acl })
          )
        ))));
}

/** Makes rules. */
export async function createAcls(
  context: AdminContext,
  bindings: Iterable<AclBinding>,
  options: CallOptions = {},
): Promise<AdminResults<AclBinding, void>> {
  return await outcomesOf<AclBinding, void>(
    context,
    aclText,
    bindings,
    options,
    (time, outcomes) => {
      const sent = outcomes.left;
      return sendCall(context, time, {
        name: "createAcls",
        destination: CONTROLLER,
        api: createAclsApi,
        draft: () => ({
          creations: sent.map(({ principal, host, resourceName, ...names }) => ({
            resourceType: ACL_RESOURCE_TYPES.indexOf(names.resourceType),
            resourceName,
            resourcePatternType: ACL_PATTERN_TYPES.indexOf(names.patternType),
            principal,
            host,
            operation: ACL_OPERATIONS.indexOf(names.operation),
            permissionType: ACL_PERMISSION_TYPES.indexOf(names.permissionType),
          })),
        }),
      }, ({ results }) => {
        throwIfNotController(context, results);
        results.forEach(({ errorCode, errorMessage }, i) => {
          const binding = sent[i];
          if (binding === undefined) return;
          const error = apiError(errorCode, errorMessage);
          if (error === undefined) outcomes.complete(binding, undefined);
          else outcomes.fail(binding, error);
        });
        outcomes.failRest((binding) =>
          unexpectedAnswer(
            `The broker reported no creation result for the given ACL: ${aclText(binding)}`,
          )
        );
      });
    },
  );
}

/** Deletes the rules that filters meet. */
export async function deleteAcls(
  context: AdminContext,
  filters: Iterable<AclBindingFilter>,
  options: CallOptions = {},
): Promise<AdminResults<AclBindingFilter, readonly DeletedAcl[]>> {
  return await outcomesOf<AclBindingFilter, readonly DeletedAcl[]>(
    context,
    aclText,
    filters,
    options,
    (time, outcomes) => {
      const sent = outcomes.left;
      return sendCall(context, time, {
        name: "deleteAcls",
        destination: CONTROLLER,
        api: deleteAclsApi,
        draft: () => ({ filters: sent.map(filterDraft) }),
      }, ({ filterResults }) => {
        throwIfNotController(context, filterResults);
        filterResults.forEach(({ errorCode, errorMessage, matchingAcls }, i) => {
          const filter = sent[i];
          if (filter === undefined) return;
          const outcome: Outcome<readonly DeletedAcl[]> = apiOutcome(
            errorCode,
            errorMessage,
            () =>
              matchingAcls.map((told) => ({
                binding: bindingOf(told),
                error: apiError(told.errorCode, told.errorMessage) ?? null,
              })),
          );
          if (outcome.error !== undefined) outcomes.fail(filter, outcome.error);
          else outcomes.complete(filter, outcome.value);
        });
        outcomes.failRest(() =>
          unexpectedAnswer("The broker reported no deletion result for the given filter.")
        );
      });
    },
  );
}

/** Tells rules and filters apart. */
export function aclText(acl: AclBindingFilter): string {
  const { resourceType, patternType, resourceName, principal, host, operation, permissionType } =
    acl;
  return `(pattern=ResourcePattern(resourceType=${resourceType ?? "ANY"}, name=${
    resourceName ?? null
  }, patternType=${patternType ?? "ANY"}), entry=(principal=${principal ?? null}, host=${
    host ?? null
  }, operation=${operation ?? "ANY"}, permissionType=${permissionType ?? "ANY"}))`;
}

function filterDraft(filter: AclBindingFilter) {
  const { resourceType = "ANY", patternType = "ANY", operation = "ANY" } = filter;
  return {
    resourceTypeFilter: ACL_RESOURCE_TYPES.indexOf(resourceType),
    resourceNameFilter: filter.resourceName ?? null,
    patternTypeFilter: ACL_PATTERN_TYPES.indexOf(patternType),
    principalFilter: filter.principal ?? null,
    hostFilter: filter.host ?? null,
    operation: ACL_OPERATIONS.indexOf(operation),
    permissionType: ACL_PERMISSION_TYPES.indexOf(filter.permissionType ?? "ANY"),
  };
}

interface ToldAcl {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

function bindingOf(told: ToldAcl): AclBinding {
  const { resourceName, principal, host } = told;
  return {
    resourceType: ACL_RESOURCE_TYPES[told.resourceType] ?? "UNKNOWN",
    resourceName,
    patternType: ACL_PATTERN_TYPES[told.patternType] ?? "UNKNOWN",
    principal,
    host,
    operation: ACL_OPERATIONS[told.operation] ?? "UNKNOWN",
    permissionType: ACL_PERMISSION_TYPES[told.permissionType] ?? "UNKNOWN",
  };
}
