import { Check, Settings } from 'lucide-preact';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Commands } from './commands';
import type { Engine } from './engine';
import { PlayerButton } from './player-button';
import { strings } from '../strings';

interface SettingsMenuProps {
  readonly engine?: Engine;
  readonly rate: number;
  readonly onRate: (rate: number) => void;
}

type Choice = readonly [value: string, text: string];

/** A disclosure, not the platform's popover: that one cannot stand at its button in every browser that we serve. */
export function SettingsMenu({ engine, rate, onRate }: SettingsMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useDismissal(menu, open, () => setOpen(false));
  const qualities = engine?.qualities.value ?? [];
  const chosen = engine?.chosen.value;
  const playing = qualities.find(({ index }) => index === engine?.playing.value)?.name;
  const auto = chosen === undefined && playing !== undefined ? strings.player.autoNow(playing) : strings.player.auto;
  const rates = Commands.rates.map((each): Choice => [String(each), each === 1 ? strings.player.normal : `${each}×`]);
  return (
    <div ref={menu}>
      <PlayerButton icon={Settings} label={strings.player.settings} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <div class="absolute right-2.5 bottom-14 max-h-[calc(100cqh-5rem)] w-60 overflow-y-auto rounded-lg border border-white/15 bg-[oklch(0.2_0.01_285)] p-1.5 shadow-float">
          {qualities.length > 0 && (
            <Choices title={strings.player.quality} value={String(chosen ?? 'auto')} onChange={value => engine!.choose(value === 'auto' ? undefined : Number(value))}
              choices={[['auto', auto], ...qualities.map(({ index, name }): Choice => [String(index), name])]} />
          )}
          <Choices title={strings.player.speed} value={String(rate)} onChange={value => onRate(Number(value))} choices={rates} />
        </div>
      )}
    </div>
  );
}

/** Escape, a click elsewhere, or the focus going elsewhere closes it. */
function useDismissal(menu: RefObject<HTMLElement>, open: boolean, close: () => void): void {
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => { if (!menu.current?.contains(event.target as Node)) close(); };
    const escape = (event: KeyboardEvent) => { if (event.key === 'Escape') close(); };
    addEventListener('pointerdown', outside);
    addEventListener('focusin', outside);
    addEventListener('keydown', escape);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('focusin', outside);
      removeEventListener('keydown', escape);
    };
  }, [open]);
}

interface ChoicesProps {
  readonly title: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}

function Choices({ title, value, choices, onChange }: ChoicesProps) {
  return (
    <fieldset class="grid grid-cols-2 gap-0.5">
      <legend class="px-2 pt-1.5 pb-1 text-xs font-medium text-white/65">{title}</legend>
      {choices.map(([choice, text]) => (
        <label key={choice} class="flex h-8 cursor-pointer items-center gap-1.5 rounded-sm px-2 text-sm whitespace-nowrap has-checked:bg-white/12 has-focus-visible:outline-2
          has-focus-visible:outline-white hover:bg-white/12">
          <input type="radio" name={title} value={choice} checked={choice === value} onChange={() => onChange(choice)} class="sr-only" />
          <Check size={14} class={choice === value ? '' : 'invisible'} aria-hidden="true" />{text}
        </label>
      ))}
    </fieldset>
  );
}
