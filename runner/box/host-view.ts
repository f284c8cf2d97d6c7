import { lstat, readlink, stat } from "node:fs/promises";

export type HostEntry = { kind: "bind"; path: string } | { kind: "symlink"; path: string; target: string };
/** What of the host's system every box may read, and whether root asks. */
export type HostView = { asRoot: boolean; entries: readonly HostEntry[] };

const SYSTEM_FOLDERS = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt"];

// Chosen one by one: no shadow, no system gitconfig (credential helpers), no profile (a login shell would reset PATH).
const SYSTEM_FILES = [
  "alternatives",
  "ca-certificates",
  "ca-certificates.conf",
  "crypto-policies",
  "debian_version",
  "fonts",
  "gai.conf",
  "group",
  "host.conf",
  "hosts",
  "java",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "magic",
  "mime.types",
  "nsswitch.conf",
  "os-release",
  "passwd",
  "pki",
  "protocols",
  "resolv.conf",
  "services",
  "ssl",
  "timezone",
].map((name) => `/etc/${name}`);

/** Which of these this host has. A merged /usr makes /bin a link, and it must stay one: binding it twice doubles every path. */
export async function readHostView(): Promise<HostView> {
  const folders = await Promise.all(SYSTEM_FOLDERS.map(asLinkOrBind));
  const files = await Promise.all(SYSTEM_FILES.map(asBind));
  return {
    asRoot: process.getuid?.() === 0,
    entries: [...folders, ...files].filter((entry) => entry !== null),
  };
}

async function asLinkOrBind(path: string): Promise<HostEntry | null> {
  const found = await lstatOrNull(path);
  if (found === null) return null;
  return found.isSymbolicLink()
    ? { kind: "symlink", path, target: await readlink(path) }
    : { kind: "bind", path };
}

/** Links in /etc often lead into /run or /usr; bubblewrap follows them and shows the file itself. */
async function asBind(path: string): Promise<HostEntry | null> {
  return (await pointsSomewhere(path)) ? { kind: "bind", path } : null;
}

async function pointsSomewhere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function lstatOrNull(path: string) {
  return lstat(path).catch(() => null);
}
