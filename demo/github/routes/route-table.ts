import type { Route } from "../http/route.ts";
import { ACTIONS_ROUTES } from "./actions.ts";
import { APP_ROUTES } from "./app.ts";
import { CHECK_RUN_ROUTES } from "./check-runs.ts";
import { CHECK_SUITE_ROUTES } from "./check-suites.ts";
import { COMMENT_ROUTES } from "./comments.ts";
import { COMMIT_ROUTE, COMMIT_ROUTES } from "./commits.ts";
import { CONTENT_ROUTES } from "./contents.ts";
import { DELIVERY_ROUTES } from "./deliveries.ts";
import { GRAPHQL_ROUTES } from "./graphql.ts";
import { ISSUE_ROUTES } from "./issues.ts";
import { LABEL_ROUTES } from "./labels.ts";
import { MERGE_ROUTES } from "./merge.ts";
import { PULL_ROUTES } from "./pulls.ts";
import { REACTION_ROUTES } from "./reactions.ts";
import { REPOSITORY_ROUTES } from "./repositories.ts";
import { REPOSITORY_LIFE_ROUTES } from "./repository-life.ts";
import { REVIEW_COMMENT_ROUTES } from "./review-comments.ts";
import { REVIEWER_ROUTES } from "./reviewers.ts";
import { REVIEW_ROUTES } from "./reviews.ts";
import { STATUS_ROUTES } from "./statuses.ts";
import { USER_ROUTES } from "./users.ts";

/** Everything the REST API answers; the first line that fits wins. */
export const ROUTES: readonly Route[] = [
  ...APP_ROUTES,
  ...DELIVERY_ROUTES,
  ...GRAPHQL_ROUTES,
  ...USER_ROUTES,
  ...REPOSITORY_ROUTES,
  ...REPOSITORY_LIFE_ROUTES,
  ...CONTENT_ROUTES,
  ...COMMENT_ROUTES,
  ...REACTION_ROUTES,
  ...ISSUE_ROUTES,
  ...LABEL_ROUTES,
  ...REVIEW_COMMENT_ROUTES,
  ...REVIEW_ROUTES,
  ...MERGE_ROUTES,
  ...PULL_ROUTES,
  ...REVIEWER_ROUTES,
  ...CHECK_RUN_ROUTES,
  ...CHECK_SUITE_ROUTES,
  ...STATUS_ROUTES,
  ...ACTIONS_ROUTES,
  ...COMMIT_ROUTES,
  COMMIT_ROUTE,
];
