variable "secret" {
  description = "Secret of the suite's namespace, and the key in it, that holds the whole URL, postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full. Or give server and password."
  type        = object({ name = string, key = string })
  default     = null
}

variable "server" {
  description = "Where the database is and who signs in, when the URL is not in a Secret. The schema is made when it is not there; each instance of a function has at most so many connections."
  type = object({
    host        = string
    port        = optional(number, 5432)
    user        = string
    database    = string
    schema      = optional(string)
    sslmode     = optional(string, "verify-full")
    connections = optional(number, 8)
  })
  default = null
  validation {
    condition     = (var.server == null) != (var.secret == null)
    error_message = "give either secret, or server and password."
  }
  validation {
    condition     = var.server == null || contains(["disable", "require", "verify-ca", "verify-full"], try(var.server.sslmode, ""))
    error_message = "server.sslmode is ${try(var.server.sslmode, "")}; expected disable, require, verify-ca or verify-full."
  }
  validation {
    condition     = try(var.server.connections >= 1 && floor(var.server.connections) == var.server.connections, true)
    error_message = "server.connections is ${try(var.server.connections, "")}; expected a whole number from 1."
  }
}

variable "password" {
  description = "Secret of the suite's namespace, and the key in it, that holds the password of server.user; null: there is none."
  type        = object({ name = string, key = string })
  default     = null
  validation {
    condition     = var.password == null || var.server != null
    error_message = "password goes with server; secret holds the whole URL."
  }
}
