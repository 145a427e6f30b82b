import { CircleAlert, CircleCheck, FileVideo, Pause, Play, RotateCw, X } from 'lucide-preact';
import { useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useServices } from '../app/services';
import { formatBytes, formatTimeLeft } from '../data/format';
import { posterOf } from '../data/use-video';
import { strings } from '../strings';
import { Button, buttonClass, IconButton } from '../ui/button';
import { ProgressBar } from '../ui/feedback';
import { toast } from '../ui/toasts';
import { ACCEPT } from '../upload/file-policy';
import type { UploadItem, UploadState } from '../upload/upload-item';

/** One file from its first byte until its video plays. */
export function UploadRow({ item }: { readonly item: UploadItem }) {
  const state = item.state.value;
  const { phase, problem } = state;
  const stopped = phase === 'failed' || phase === 'refused';
  return (
    <li class="flex gap-4 rounded-lg border border-line bg-surface p-3 shadow-card">
      <Thumbnail state={state} />
      <div class="flex min-w-0 flex-1 flex-col justify-center">
        <div class="flex items-center gap-2">
          <p class="min-w-0 flex-1 truncate font-medium" title={item.remembered.fileName} dir="auto">{item.title}</p>
          <Actions item={item} />
        </div>
        {!stopped && phase !== 'ready' && <div class="my-1.5"><ProgressBar label={strings.upload.progressOf(item.title)} percent={percentOf(item)} tone={phase === 'paused' || phase === 'needs-file' ? 'muted' : 'accent'} /></div>}
        <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-0.5 text-sm text-muted tabular" aria-live="polite">
          <span class={`flex min-w-0 items-center gap-1.5 ${stopped ? 'text-bad' : ''}`}>
            {stopped && <CircleAlert size={14} class="shrink-0" aria-hidden="true" />}
            {phase === 'ready' && <CircleCheck size={14} class="shrink-0 text-good" aria-hidden="true" />}
            <span dir="auto">{stopped ? problem : describe(item)}</span>
          </span>
          <span>{aside(item)}</span>
        </div>
        {stopped && <Advice state={state} />}
      </div>
    </li>
  );
}

function Thumbnail({ state: { video } }: { readonly state: UploadState }) {
  const poster = posterOf(video?.playback);
  return (
    <div class="grid aspect-video h-15 shrink-0 place-items-center overflow-hidden rounded-md border border-line bg-sunken text-muted max-sm:hidden">
      {poster ? <img src={poster} alt="" class="size-full object-cover" /> : <FileVideo size={22} strokeWidth={1.5} aria-hidden="true" />}
    </div>
  );
}

function Actions({ item }: { readonly item: UploadItem }) {
  const { uploads } = useServices();
  const { phase, videoId, retryable } = item.state.value;
  const { title } = item;
  const running = phase === 'waiting' || phase === 'preparing' || phase === 'sending' || phase === 'offline' || phase === 'finishing';
  const over = phase === 'ready' || phase === 'failed' || phase === 'refused' || phase === 'processing';
  return (
    <div class="flex shrink-0 items-center gap-0.5">
      {running && <IconButton small icon={Pause} label={strings.upload.pause(title)} onClick={() => uploads.pause(item)} />}
      {phase === 'paused' && <IconButton small icon={Play} label={strings.upload.resume(title)} onClick={() => uploads.resume(item)} />}
      {phase === 'failed' && retryable && <IconButton small icon={RotateCw} label={strings.upload.retry(title)} onClick={() => uploads.resume(item)} />}
      {phase === 'needs-file' && <ChooseAgain item={item} />}
      {videoId && over && (
        <Link href={`/v/${videoId}`} class={buttonClass({ small: true, look: phase === 'ready' ? 'primary' : 'secondary' })}>
          {phase === 'ready' ? strings.upload.watch : strings.upload.details}
        </Link>
      )}
      {over
        ? <IconButton small icon={X} label={strings.upload.dismiss(title)} onClick={() => uploads.remove(item)} />
        : <IconButton small icon={X} label={strings.upload.cancel(title)} onClick={() => uploads.cancel(item)} />}
    </div>
  );
}

/** Only the user can give a file to a page again. */
function ChooseAgain({ item }: { readonly item: UploadItem }) {
  const { uploads } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const take = () => {
    const file = input.current!.files?.[0];
    if (file && !uploads.giveFile(item, file)) toast({ text: strings.upload.wrongFile(item.remembered.fileName) });
    input.current!.value = '';
  };
  return (
    <>
      <input ref={input} type="file" accept={ACCEPT} onChange={take} class="hidden" aria-label={strings.upload.chooseAgain} />
      <Button small look="primary" onClick={() => input.current!.click()}>{strings.upload.chooseAgain}</Button>
    </>
  );
}

function Advice({ state: { video } }: { readonly state: UploadState }) {
  const code = video?.failure?.code;
  const advice = code === undefined ? undefined : strings.refusals[code];
  return advice ? <p class="mt-0.5 text-sm text-pretty">{advice}</p> : null;
}

/** Sending and processing each have the whole bar: the text says which one it is. */
function percentOf({ sizeBytes, state }: UploadItem): number | undefined {
  const { phase, sentBytes, video } = state.value;
  if (phase === 'processing') return video?.progress?.percent;
  if (phase === 'preparing' || phase === 'finishing') return undefined;
  return sizeBytes === 0 ? 0 : sentBytes / sizeBytes * 100;
}

function describe(item: UploadItem): string {
  const { phase, video, sentBytes } = item.state.value;
  const texts: Partial<Record<typeof phase, string>> = {
    waiting: strings.upload.waitingForTurn,
    preparing: strings.upload.preparing,
    sending: strings.upload.uploading,
    offline: strings.upload.waitingForNetwork,
    finishing: strings.upload.finishing,
    paused: strings.upload.paused,
    ready: strings.upload.ready,
    'needs-file': strings.upload.needsFileText(item.remembered.fileName, Math.floor(sentBytes / item.sizeBytes * 100)),
  };
  const stage = video?.progress && `${strings.stages[video.progress.stage]} · ${Math.round(video.progress.percent)} %`;
  return texts[phase] ?? stage ?? strings.upload.queued;
}

function aside({ state, sizeBytes }: UploadItem): string {
  const { phase, sentBytes, bytesPerSecond } = state.value;
  if (phase === 'sending' && bytesPerSecond > 0) {
    const left = formatTimeLeft((sizeBytes - sentBytes) / bytesPerSecond);
    return `${formatBytes(sentBytes)} / ${formatBytes(sizeBytes)} · ${strings.upload.speed(formatBytes(bytesPerSecond), left)}`;
  }
  return formatBytes(sizeBytes);
}
