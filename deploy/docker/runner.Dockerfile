# A runner. Build it at the clone's root: docker build -f deploy/docker/runner.Dockerfile -t agentpr-runner .
# It needs what deploy/docker/compose.yml gives it, or boxes cannot be made in it; add the tools that your repositories' tests need.
FROM node:24-bookworm AS packages
WORKDIR /opt/agentpr
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:24-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git python3 python3-venv tini util-linux \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/agentpr-runner --uid 10002 agentpr-runner
WORKDIR /opt/agentpr
COPY --from=packages /opt/agentpr/node_modules ./node_modules
COPY app.yml package.json ./
COPY src ./src
COPY runner ./runner
COPY policy ./policy
COPY skills ./skills
ENV NODE_ENV=production \
    AGENTPR_DATA_DIR=/var/lib/agentpr-runner/data \
    AGENTPR_BASE_DIR=/var/lib/agentpr-runner/workspaces \
    NODE_COMPILE_CACHE=/var/lib/agentpr-runner/.cache
USER agentpr-runner
VOLUME ["/var/lib/agentpr-runner"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "node", "src/cli/main.js"]
CMD ["runner"]
