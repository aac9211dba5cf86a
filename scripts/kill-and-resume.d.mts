export function killAndResume(options: {
  readonly kills: number
  readonly seed?: number
  readonly epochs?: number
  readonly folder: string
  readonly report?: (result: { readonly kills: number }) => void
}): Promise<{ readonly kills: number, readonly withinWrites: number, readonly ends: number, readonly expected: string }>
