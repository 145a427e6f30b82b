import { ArrowDownWideNarrow, Search, X } from 'lucide-preact';
import type { Sort, StatusFilter, VideoFilter } from '../data/use-videos';
import { strings } from '../strings';
import { IconButton } from '../ui/button';
import { Segmented } from '../ui/segmented';

interface LibraryControlsProps {
  readonly filter: VideoFilter;
  readonly onChange: (filter: VideoFilter) => void;
}

export function LibraryControls({ filter, onChange }: LibraryControlsProps) {
  return (
    <search class="mb-6 flex flex-wrap items-center gap-3">
      <SearchField value={filter.text} onChange={text => onChange({ ...filter, text })} />
      <Segmented label={strings.library.filterLabel} value={filter.status} onChange={status => onChange({ ...filter, status })}
        options={Object.entries(strings.library.filters) as Array<[StatusFilter, string]>} />
      <SortField value={filter.sort} onChange={sort => onChange({ ...filter, sort })} />
    </search>
  );
}

function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <div class="relative w-full sm:w-72">
      <Search size={16} class="pointer-events-none absolute top-2.5 left-3 text-muted" aria-hidden="true" />
      <input type="search" value={value} onInput={event => onChange(event.currentTarget.value)} aria-label={strings.library.search}
        placeholder={strings.library.search} autocomplete="off" spellcheck={false}
        class="h-9 w-full rounded-md border border-line bg-raised pr-9 pl-9 shadow-card placeholder:text-muted hover:border-edge
          [&::-webkit-search-cancel-button]:hidden" />
      {value === ''
        ? <kbd aria-hidden="true" class="absolute top-2 right-2.5 rounded-sm border border-line px-1.5 font-sans text-xs text-muted max-sm:hidden">{strings.library.searchHint}</kbd>
        : <IconButton small icon={X} label={strings.library.clearSearch} class="absolute! top-0.5 right-0.5" onClick={() => onChange('')} />}
    </div>
  );
}

function SortField({ value, onChange }: { readonly value: Sort; readonly onChange: (value: Sort) => void }) {
  return (
    <label class="relative ml-auto">
      <span class="sr-only">{strings.library.sortLabel}</span>
      <ArrowDownWideNarrow size={16} class="pointer-events-none absolute top-2.5 left-3 text-muted" aria-hidden="true" />
      <select value={value} onChange={event => onChange(event.currentTarget.value as Sort)}
        class="h-9 appearance-none rounded-md border border-line bg-raised pr-4 pl-9 text-sm font-medium shadow-card hover:border-edge">
        {Object.entries(strings.library.sorts).map(([sort, text]) => <option key={sort} value={sort}>{text}</option>)}
      </select>
    </label>
  );
}
