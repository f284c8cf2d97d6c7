# The app. Build it at the clone's root: docker build -f deploy/docker/app.Dockerfile -t agentpr-app .
FROM node:24-bookworm AS packages
WORKDIR /opt/agentpr
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:24-bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/agentpr --uid 10001 agentpr
WORKDIR /opt/agentpr
COPY --from=packages /opt/agentpr/node_modules ./node_modules
COPY app.yml package.json ./
COPY src ./src
COPY runner ./runner
COPY policy ./policy
COPY skills ./skills
ENV NODE_ENV=production \
    AGENTPR_DATA_DIR=/var/lib/agentpr/data \
    NODE_COMPILE_CACHE=/var/lib/agentpr/.cache \
    HOST=0.0.0.0 \
    PORT=3000
USER agentpr
VOLUME ["/var/lib/agentpr"]
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "node", "src/cli/main.js"]
CMD ["app"]
