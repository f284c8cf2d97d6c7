import { z } from "zod";
import { findCommands } from "../../core/command.ts";
import type { Intake, PlaceFacts } from "../../core/github-intake.ts";
import { FromRepository, Id, ignored, MaybeUser, mayAsk, type Own, placeOf } from "./payload.ts";

const IssueComment = FromRepository.extend({
  action: z.string(),
  issue: z.object({
    number: Id,
    title: z.string(),
    body: z.string().nullish(),
    user: MaybeUser,
    author_association: z.string().max(40).optional(),
    created_at: z.string().max(40).optional(),
    pull_request: z.unknown().optional(),
  }),
  comment: z.object({
    id: Id,
    html_url: z.string(),
    body: z.string().nullish(),
    user: MaybeUser,
    created_at: z.string(),
    performed_via_github_app: z.object({ id: Id, slug: z.string().nullish() }).nullish(),
  }),
});
type IssueComment = z.infer<typeof IssueComment>;

/** Only a new comment of a person can command: an edit, or our own words, never do. */
export function readComment(payload: unknown, own: Own): Intake {
  const said = IssueComment.parse(payload);
  const { comment } = said;
  if (said.action !== "created") return ignored(`a comment was ${said.action}, which commands nothing`);
  if (!comment.user) return ignored("the author's account is gone");
  const app = comment.performed_via_github_app;
  if (app?.id === own.appId) return ignored("it is our own comment");
  if (app && !mayAsk({ login: `${app.slug ?? app.id}[bot]`, type: "Bot" }, own))
    return ignored("an app wrote it in somebody's name");
  if (!mayAsk(comment.user, own)) return ignored(`${comment.user.login} is not a person`);
  const commands = findCommands(comment.body ?? "");
  if (commands.length === 0) return ignored("no command in it");
  return { ...asked(said), author: comment.user, body: comment.body ?? "", commands };
}

function asked({ issue, comment, ...from }: IssueComment) {
  return {
    kind: "command" as const,
    repository: { ...placeOf(from), ...factsOf(from.repository) },
    issue: issue.number,
    isPullRequest: issue.pull_request !== undefined && issue.pull_request !== null,
    commentId: comment.id,
    commentUrl: comment.html_url,
    title: issue.title,
    issueBody: issue.body ?? "",
    issueAuthor: issue.user?.login ?? null,
    issueRole: issue.author_association ?? null,
    issueAt: issue.created_at ?? null,
    createdAt: comment.created_at,
  };
}

function factsOf({ default_branch, private: isPrivate, archived }: IssueComment["repository"]): PlaceFacts {
  return { defaultBranch: default_branch, private: isPrivate, archived };
}
