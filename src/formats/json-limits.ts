/** How large a JSON document may be: no document of ours comes near. */

/** Keys of all objects; an object of millions takes a minute and gigabytes to make. */
export const maxJsonKeys = 1_000_000

/** Values, lists and objects included. */
export const maxJsonValues = 10_000_000
