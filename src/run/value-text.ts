/** Values of the history in words. */

/** `the validation loss` of `valLoss`, `the training accuracy` of `accuracy`. */
export function valueText(name: string): string {
  const validation = /^val(?=[A-Z])/.test(name)
  const word = validation ? name.charAt(3).toLowerCase() + name.slice(4) : name
  return `the ${validation ? 'validation' : 'training'} ${word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`
}
