#!/bin/sh
# Answers git's own question for exactly one origin. A redirect to another host asks a different question and gets nothing.
case "$1" in
  "Username for '$AGENTPR_GIT_ORIGIN': ") echo x-access-token ;;
  "Password for '$AGENTPR_GIT_USER_ORIGIN': ") printf '%s\n' "$AGENTPR_GIT_TOKEN" ;;
  *) exit 1 ;;
esac
