/**
 * H.264 whose frames are coded as two fields each, as AVCHD cameras do (PAFF): no encoder at hand writes it. Macroblocks are raw samples
 * (I_PCM), so that the syntax of ITU-R H.264 7.3 is all there is to it.
 */
const SIDE_MACROBLOCKS = 4;
const MACROBLOCK_BYTES = 384;
const CHROMA_BYTES = 128;
const I_PCM = 25;
const INTRA_SLICE = 7;

class BitWriter {
  private readonly bits: number[] = [];

  u(value: number, length: number): this {
    for (let bit = length - 1; bit >= 0; bit -= 1) this.bits.push(Math.floor(value / 2 ** bit) % 2);
    return this;
  }

  /** Exp-Golomb. */
  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.u(0, length).u(value + 1, length + 1);
  }

  aligned(): this {
    while (this.bits.length % 8 !== 0) this.bits.push(0);
    return this;
  }

  end(): Buffer {
    this.u(1, 1).aligned();
    return Buffer.from(Array.from({ length: this.bits.length / 8 }, (_, index) => parseInt(this.bits.slice(index * 8, index * 8 + 8).join(''), 2)));
  }
}

function unit(header: number, payload: Buffer): Buffer {
  const escaped: number[] = [];
  for (const byte of payload) {
    if (byte <= 3 && escaped.at(-1) === 0 && escaped.at(-2) === 0) escaped.push(3);
    escaped.push(byte);
  }
  return Buffer.from([0, 0, 0, 1, header, ...escaped]);
}

function parameterSets(): Buffer {
  const sequence = new BitWriter().u(77, 8).u(0, 8).u(30, 8).ue(0).ue(4).ue(0).ue(4).ue(1).u(0, 1)
    // Height in pairs of rows, since frames may be fields.
    .ue(SIDE_MACROBLOCKS - 1).ue(SIDE_MACROBLOCKS / 2 - 1).u(0, 2).u(1, 1).u(0, 2).end();
  const picture = new BitWriter().ue(0).ue(0).u(0, 2).ue(0).ue(0).ue(0).u(0, 3).ue(0).ue(0).ue(0).u(0b100, 3).end();
  return Buffer.concat([unit(0x67, sequence), unit(0x68, picture)]);
}

function field(frame: number, bottom: boolean, luma: number): Buffer {
  const first = frame === 0 && !bottom;
  const bits = new BitWriter().ue(0).ue(INTRA_SLICE).ue(0).u(frame % 256, 8).u(1, 1).u(bottom ? 1 : 0, 1);
  if (first) bits.ue(0);
  bits.u((2 * frame + (bottom ? 1 : 0)) % 256, 8).u(0, first ? 2 : 1).ue(0).ue(1);
  for (let block = 0; block < SIDE_MACROBLOCKS * SIDE_MACROBLOCKS / 2; block += 1) {
    bits.ue(I_PCM).aligned();
    for (let sample = 0; sample < MACROBLOCK_BYTES; sample += 1) bits.u(sample < MACROBLOCK_BYTES - CHROMA_BYTES ? luma : 128, 8);
  }
  return unit(first ? 0x25 : 0x21, bits.end());
}

/** 64 × 64; every frame one flat grey of its own. */
export function fieldCodedH264(lumas: readonly number[]): Buffer {
  return Buffer.concat([parameterSets(), ...lumas.flatMap((luma, frame) => [field(frame, false, luma), field(frame, true, luma)])]);
}
