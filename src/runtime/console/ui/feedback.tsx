/** What a page shows instead of its content: emptiness, errors, waiting. */
import { CloudOff, LucideIcon, TriangleAlert } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { Button } from './button';
import { ApiProblem } from '../data/api';
import { strings } from '../strings';

interface NoticeProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
  readonly role?: 'alert' | 'status';
}

export function Notice({ icon: Icon, title, children, action, role }: NoticeProps) {
  return (
    <div role={role} class="flex flex-col items-center px-6 py-16 text-center">
      <span class="mb-5 grid size-14 place-items-center rounded-xl border border-line bg-raised text-muted shadow-card">
        <Icon size={24} strokeWidth={1.6} aria-hidden="true" />
      </span>
      <h2 class="text-lg font-semibold">{title}</h2>
      {children && <div class="mt-1.5 max-w-md text-muted text-pretty">{children}</div>}
      {action && <div class="mt-6 flex gap-2">{action}</div>}
    </div>
  );
}

export function ErrorNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const problem = error instanceof ApiProblem ? error : undefined;
  const offline = problem?.status === 0;
  const text = offline ? strings.errors.offline : problem?.status === 429 ? strings.errors.tooMany : strings.errors.text;
  return (
    <Notice role="alert" icon={offline ? CloudOff : TriangleAlert} title={offline ? strings.errors.offlineTitle : strings.errors.title}
      action={<Button onClick={onRetry}>{strings.retry}</Button>}>
      <p>{text}</p>
      {problem?.correlationId && <p class="mt-2 font-mono text-xs">{strings.errors.reference(problem.correlationId)}</p>}
    </Notice>
  );
}

export function Skeleton({ class: shape }: { readonly class: string }) {
  return <div class={`skeleton rounded-md ${shape}`} aria-hidden="true" />;
}

export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 100; undefined while it cannot be known. */
  readonly percent?: number;
  readonly tone?: 'accent' | 'good' | 'bad' | 'muted';
}

const TONES = { accent: 'bg-accent', good: 'bg-good', bad: 'bg-bad', muted: 'bg-edge' };

export function ProgressBar({ label, percent, tone = 'accent' }: ProgressBarProps) {
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100}
      aria-valuenow={percent === undefined ? undefined : Math.round(percent)} class="h-1.5 overflow-hidden rounded-full bg-line">
      <div class={`h-full rounded-full ${TONES[tone]} ${percent === undefined ? 'bar-busy w-1/3' : 'transition-[width] duration-300'}`}
        style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </div>
  );
}
