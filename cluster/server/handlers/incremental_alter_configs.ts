/**
 * IncrementalAlterConfigs (44): configs change, one by one.
 *
 * @module
 */

import {
  incrementalAlterConfigs as api,
  type IncrementalAlterConfigsRequest,
  type IncrementalAlterConfigsResponse,
} from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { incrementalAlterConfigs } from "../../controller/config_changes.ts";
import type { ApiHandler } from "../api_handler.ts";
import {
  alterationError,
  type AlterationWay,
  alterConfigs,
  type ConfigAlterationOptions,
} from "./config_alteration.ts";

const INCREMENTAL: AlterationWay = { isIncremental: true, decide: incrementalAlterConfigs };

/** Answers IncrementalAlterConfigs: what is not named stays. */
export function incrementalAlterConfigsHandler(
  options: ConfigAlterationOptions,
): ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse> {
  const { forwarding } = options;
  return {
    api,
    handle: (request, context) =>
      alterConfigs(
        options,
        request,
        INCREMENTAL,
        forwarding?.isNeeded ? (part) => forwarding.forward(api, context, part) : undefined,
      ),
    onError: alterationError,
  };
}
