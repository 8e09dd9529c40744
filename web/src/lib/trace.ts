/** The trace of a decision, format `decision/1`: typed reasons, to be put into words here. */

export interface RepStep {
  readonly rep: string;
  readonly is: 'chosen' | 'passed';
  readonly how?: string;
  readonly stage?: string;
  readonly code: string;
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

export interface TargetStep {
  readonly to: string;
  readonly rule: string | null;
  readonly result: string;
  readonly reps: readonly RepStep[];
}

export interface RuleStep {
  readonly rule: string;
  readonly is: 'true' | 'false' | 'unknown';
}

export interface Decision {
  readonly at: string;
  readonly policy: string;
  readonly rule: string | null;
  readonly how: string | null;
  readonly rep: string | null;
  readonly rules: readonly RuleStep[];
  readonly targets: readonly TargetStep[];
  /** The whole story as the command line tells it. */
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const maybe = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const list = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** Reads the answer of `why`; what it does not know of the format it leaves out. */
export function readDecision(answer: unknown): Decision {
  const whole = isObject(answer) ? answer : {};
  const decision = isObject(whole.decision) ? whole.decision : {};
  const outcome = isObject(decision.outcome) ? decision.outcome : {};
  const steps = list(decision.trace);
  return {
    at: textOf(decision.at),
    policy: textOf(decision.policy),
    rule: maybe(decision.rule),
    how: maybe(outcome.how),
    rep: maybe(outcome.rep),
    rules: steps.filter((it) => it.step === 'rule').map(rule),
    targets: steps.filter((it) => it.step === 'target').map(target),
    text: textOf(whole.text),
  };
}

function rule(step: Json): RuleStep {
  const truth = isObject(step.test) ? step.test.is : 'unknown';
  const is = truth === 'true' || truth === 'false' ? truth : 'unknown';
  return { rule: textOf(step.rule), is };
}

function target(step: Json): TargetStep {
  const result = isObject(step.result) ? textOf(step.result.is) : '';
  return {
    to: destination(step.to),
    rule: maybe(step.rule),
    result,
    reps: list(step.reps).map(rep),
  };
}

function destination(to: unknown): string {
  if (!isObject(to)) return textOf(to);
  return textOf(to.pool) || textOf(to.rep) || textOf(to.queue);
}

function rep(step: Json): RepStep {
  return {
    rep: textOf(step.rep),
    is: step.is === 'chosen' ? 'chosen' : 'passed',
    code: textOf(step.code),
    ...(typeof step.how === 'string' ? { how: step.how } : {}),
    ...(typeof step.stage === 'string' ? { stage: step.stage } : {}),
    detail: isObject(step.detail) ? step.detail : null,
  };
}
