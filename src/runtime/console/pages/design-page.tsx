import { CloudUpload, Heart, SearchX, Trash2 } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { strings } from '../strings';
import { Button, IconButton } from '../ui/button';
import { Card } from '../ui/card';
import { Notice, ProgressBar, Skeleton } from '../ui/feedback';
import { Segmented } from '../ui/segmented';
import { StatusBadge } from '../ui/status-badge';
import { useTitle } from '../ui/use-title';

const COLORS: ReadonlyArray<readonly [string, string]> = [
  ['canvas', 'bg-canvas'], ['surface', 'bg-surface'], ['raised', 'bg-raised'], ['sunken', 'bg-sunken'], ['line', 'bg-line'], ['edge', 'bg-edge'],
  ['ink', 'bg-ink'], ['muted', 'bg-muted'], ['accent', 'bg-accent'], ['accent-hover', 'bg-accent-hover'], ['accent-ink', 'bg-accent-ink'], ['accent-soft', 'bg-accent-soft'],
  ['good', 'bg-good'], ['good-soft', 'bg-good-soft'], ['warn', 'bg-warn'], ['warn-soft', 'bg-warn-soft'], ['bad', 'bg-bad'], ['bad-soft', 'bg-bad-soft'],
  ['info', 'bg-info'], ['info-soft', 'bg-info-soft'],
];
const SIZES: ReadonlyArray<readonly [string, string]> = [
  ['3xl', 'text-3xl font-semibold'], ['2xl', 'text-2xl font-semibold'], ['xl', 'text-xl font-semibold'], ['lg', 'text-lg'], ['base', 'text-base'],
  ['sm', 'text-sm'], ['xs', 'text-xs'], ['2xs', 'text-2xs'],
];
const RADII: ReadonlyArray<readonly [string, string]> = [['sm', 'rounded-sm'], ['md', 'rounded-md'], ['lg', 'rounded-lg'], ['xl', 'rounded-xl']];
const STATUSES = ['AWAITING_UPLOAD', 'QUEUED', 'PROCESSING', 'READY', 'REJECTED', 'FAILED'];

/** Every token and control in one place, to be looked at in both themes. */
export function DesignPage() {
  useTitle(strings.design.title);
  return (
    <>
      <h1 class="text-2xl font-semibold tracking-tight">{strings.design.title}</h1>
      <p class="mt-1 mb-6 text-muted">{strings.design.text}</p>
      <div class="grid gap-5 xl:grid-cols-2">
        <Card title={strings.design.colors} class="xl:col-span-2">
          <ul class="grid grid-cols-2 gap-3 sm:grid-cols-4 lg:grid-cols-6">
            {COLORS.map(([name, look]) => (
              <li key={name}><div class={`h-14 rounded-md border border-line ${look}`} /><p class="mt-1 font-mono text-xs">{name}</p></li>
            ))}
          </ul>
        </Card>
        <Card title={strings.design.type}>
          {SIZES.map(([name, look]) => (
            <p key={name} class="flex items-baseline gap-4 py-1"><span class="w-10 shrink-0 font-mono text-xs text-muted">{name}</span><span class={`truncate ${look}`}>{strings.signIn.title}</span></p>
          ))}
        </Card>
        <Card title={strings.design.shape}>
          <div class="grid grid-cols-4 gap-4 pt-1">
            {RADII.map(([name, look]) => <Shape key={name} name={name} look={look} />)}
            <Shape name="card" look="rounded-lg shadow-card" />
            <Shape name="float" look="rounded-lg shadow-float" />
          </div>
        </Card>
        <Controls />
        <Card title={strings.design.states}>
          <Row>{STATUSES.map(status => <StatusBadge key={status} status={status} percent={status === 'PROCESSING' ? 42 : undefined} />)}</Row>
          <div class="grid gap-3 py-3">
            <ProgressBar label={strings.design.states} percent={64} />
            <ProgressBar label={strings.design.states} />
            <Skeleton class="h-8" />
          </div>
          <Notice icon={SearchX} title={strings.library.noMatchTitle}>{strings.library.noMatch}</Notice>
        </Card>
      </div>
    </>
  );
}

function Controls() {
  const [choice, setChoice] = useState<'all' | 'READY'>('all');
  return (
    <Card title={strings.design.controls}>
      <Row>
        <Button look="primary" icon={CloudUpload}>{strings.nav.upload}</Button>
        <Button icon={Heart}>{strings.video.like}</Button>
        <Button look="quiet">{strings.cancel}</Button>
        <Button look="danger" icon={Trash2}>{strings.video.delete}</Button>
        <Button look="primary" disabled>{strings.nav.upload}</Button>
      </Row>
      <Row>
        <Button small look="primary">{strings.upload.watch}</Button>
        <Button small>{strings.upload.details}</Button>
        <IconButton icon={Trash2} label={strings.video.delete} />
        <Segmented label={strings.design.controls} value={choice} onChange={setChoice}
          options={[['all', strings.library.filters.all], ['READY', strings.library.filters.READY]]} />
      </Row>
    </Card>
  );
}

function Shape({ name, look }: { readonly name: string; readonly look: string }) {
  return <div><div class={`h-14 border border-line bg-raised ${look}`} /><p class="mt-1 font-mono text-xs">{name}</p></div>;
}

function Row({ children }: { readonly children: ComponentChildren }) {
  return <div class="flex flex-wrap items-center gap-2 py-2">{children}</div>;
}
