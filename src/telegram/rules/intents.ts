import type { ActionName } from "../../actions/actions.ts";

/** What somebody may want, by the words that say so; first match wins, so the narrower ones stand first. */
export type Intent = {
  readonly action: ActionName | "help";
  readonly english: RegExp;
  readonly chinese: RegExp;
};

export const INTENTS: readonly Intent[] = [
  {
    action: "help",
    english:
      /^(help|hi|hello|hey|commands?|menu|usage)\b|\bwhat can (you|i) (do|say)\b|\bhow (do|does|can) (i|this|it|you)\b|\b(list|show)( me)? (the )?commands\b/i,
    chinese: /帮助|命令|怎么用|怎么使用|你能做什么|你会什么|菜单|^你好|说明/,
  },
  {
    action: "reject_pr",
    english:
      /\b(reject|turn (it |this |that |the change |the pr )?down|decline)\b|\bdon'?t (open|want) (it|this|the (pr|change))\b/i,
    chinese: /拒绝|驳回|不同意|不要这个/,
  },
  {
    action: "pending_pr",
    english:
      /\b(pending|waiting)\b.*\b(prs?|pull requests?|approvals?|requests?|confirmations?)\b|\bopen (approvals?|requests?|prs)\b|\b(prs?|pull requests?|approvals?)\b.*\b(pending|waiting|wait)\b|\bwhat (can|should|must) i approve\b/i,
    chinese: /(待|等待?).{0,4}(审批|批准|确认|合并|pr)|哪些.{0,4}(审批|pr)/i,
  },
  {
    action: "request_pr",
    english: /\b(request|ask for|prepare|propose)\b.*\b(pr|pull request|review)\b/i,
    chinese: /(请求|申请|准备|提交|提).{0,4}(pr|合并请求|拉取请求)/i,
  },
  {
    action: "approve_pr",
    english: /\b(approve|confirm|lgtm|ship it|open (it|that|the (pr|pull request))( now)?)\b|\bmerge\b/i,
    chinese: /批准|同意|通过(它|这个|pr)|确认|合并|打开\s*(pr|合并请求)/i,
  },
  {
    action: "next",
    english:
      /\bwhat('?s| is| comes)? next\b|\bwhat (needs|wants|requires) (me|attention|somebody|someone|a human|doing)\b|\bwhat (should|do|must) i (do|look at)\b|\banything (for me|to do|urgent|waiting)\b|\bto-?do\b|\bneeds attention\b/i,
    chinese: /下一步|接下来|需要我|要我做|该做什么|有什么要做|待办|需要处理/,
  },
  {
    action: "logs",
    english:
      /\b(logs?|output|transcript)\b|\bwhat did (it|codex|the agent) (run|do|say)\b|\btest results?\b/i,
    chinese: /日志|输出|记录|测试结果/,
  },
  {
    action: "cancel",
    english: /\b(cancel|abort|give (it |this |that )?up|kill|drop|abandon|discard)\b/i,
    chinese: /取消|放弃|终止|不做了/,
  },
  {
    action: "pause",
    english: /\b(pause|hold( on| it)?|stop|halt|wait with|suspend|freeze)\b/i,
    chinese: /暂停|停止|停一下|停下|先停|挂起/,
  },
  {
    action: "resume",
    english: /\b(resume|continue|go on|carry on|unpause|proceed|keep going|go ahead)\b/i,
    chinese: /恢复|继续/,
  },
  {
    action: "retry",
    english:
      /\b(retry|try (it |this |that )?(again|once more)|again|redo|rerun|re-run|another (try|attempt|go))\b/i,
    chinese: /重试|再试|重新(跑|运行|执行|做)|再(跑|来)一(次|遍)/,
  },
  {
    action: "create",
    english: /\b(create|start|begin|new|run|work on|contribute|make|add|launch|kick off|fix)\b/i,
    chinese: /创建|新建|新增|开始|启动|运行|跑一下|处理|贡献|修复/,
  },
  {
    action: "overview",
    english:
      /\b(overview|summary|dashboard|stats|statistics|pass rate|overall|how (are|is) (things|everything|it all)|how many runs)\b/i,
    chinese: /总览|概览|总体|整体|统计|通过率|全局|汇总/,
  },
  {
    action: "list",
    english: /\b(list|all|recent|latest|which|my)\b.*\bruns?\b|\bruns\b|\blist\b/i,
    chinese: /列表|列出|所有(任务|运行)|全部(任务|运行)|有哪些(任务|运行)|最近的?(任务|运行)/,
  },
  {
    action: "show",
    english: /\b(show|details?|inspect|tell me (more )?about|explain|why|look at|card|open)\b/i,
    chinese: /详情|显示|查看|看看|看一下|为什么|解释|卡片/,
  },
  {
    action: "status",
    english: /\b(status|state|progress|where is|how is|how'?s|what'?s up|how far|eta|done yet|ready)\b/i,
    chinese: /状态|进度|进展|怎么样|如何了|到哪|好了吗|完成了吗/,
  },
];
