# What the driver (shared/store/firestore) needs of each collection, without a provider, so
# that it can be applied in a test and held to what the driver sends.
variable "prefix" {
  description = "What the collections' names begin with."
  type        = string
}

variable "collections" {
  description = "Collections of documents."
  type        = set(string)
}

locals {
  # Firestore reads no index backwards: one for each direction.
  directions = { up = "ASCENDING", down = "DESCENDING" }
  # Nothing asks for these singly, and each would cost every write and count against the
  # 40,000 entries of a document; what data holds follows it.
  exempt = ["data", "id", "sort", "expires", "commit"]
  ttl    = "expires"
}

output "indexes" {
  description = "Composite indexes, by a name of our own: the collection, and fields with their order."
  value = merge([for name in var.collections : { for direction, order in local.directions : "${name}-${direction}" => {
    collection = "${var.prefix}${name}"
    fields = [
      { path = "part", order = "ASCENDING" },
      { path = "sort", order = order },
      { path = "id", order = order },
    ]
  } }]...)
}

output "fields" {
  description = "Fields without indexes of their own, by a name of our own: the collection, the field, and whether documents end at the time in it."
  value = merge([for name in var.collections : { for field in local.exempt : "${name}-${field}" => {
    collection = "${var.prefix}${name}"
    field      = field
    ttl        = field == local.ttl
  } }]...)
}
