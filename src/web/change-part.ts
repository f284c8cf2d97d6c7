import type { Change } from "../core/change.ts";
import type { Run } from "../core/run.ts";
import { type Html, html } from "./html.ts";

const MOST_FILES = 100;

/** The change that would be, or was, published: file by file, and where its lines can be read. */
export function changePart(run: Run, { diff, message, sha }: Change, githubUrl: string): Html {
  const most = Math.max(1, ...diff.files.map(({ added, deleted }) => added + deleted));
  const rows = diff.files.slice(0, MOST_FILES).map(
    ({
      path,
      oldPath,
      status,
      added,
      deleted,
      binary,
    }) => html`<tr><th scope="row"><code>${path.slice(0, 200)}</code>
      ${oldPath === null ? null : html`<br><span class="quiet">from <code>${oldPath.slice(0, 200)}</code></span>`}</th>
      <td>${status}${binary ? ", binary" : null}</td><td class="number good">+${added}</td><td class="number bad">−${deleted}</td>
      <td><meter min="0" max="${most}" value="${added + deleted}" aria-label="${added + deleted} lines"></meter></td></tr>`,
  );
  const more = diff.files.length - rows.length;
  const { owner, repo } = run.fork ?? run;
  const link = html`<a href="${githubUrl}/${owner}/${repo}/commit/${sha}">The same on GitHub</a>`;
  return html`<h2>Change</h2><p><code>${sha.slice(0, 12)}</code> ${message.split("\n")[0]?.slice(0, 200) ?? ""}</p>
    <p><a href="/runs/${encodeURIComponent(run.id)}/diff">Its lines</a></p>
    <p>${run.publishedSha === sha ? link : "Its branch is not on GitHub yet."}</p>
    <div class="scroll" role="region" aria-label="Files" tabindex="0"><table><caption>${diff.files.length} files,
    +${diff.addedLines} −${diff.deletedLines}</caption><thead><tr><th scope="col">File</th><th scope="col">How</th>
    <th scope="col" class="number">Added</th><th scope="col" class="number">Deleted</th><th scope="col">Size</th></tr></thead>
    <tbody>${rows}</tbody></table></div>${more > 0 ? html`<p>and ${more} more</p>` : null}`;
}
