# Times R's MatchIt on the rows of a CSV file: propensity, pairs within districts, balance table, clustered effect.
# Prints: version, seconds of matching, of the balance table, of the effect.
suppressPackageStartupMessages(library(MatchIt))
given <- commandArgs(trailingOnly = TRUE)
frame <- read.csv(given[1])
names <- grep("^x", names(frame), value = TRUE)
formula <- as.formula(paste("treated ~", paste(names, collapse = " + ")))
version <- as.character(packageVersion("MatchIt"))
# Versions before 4.5.2 pass over calipers in silence on some builds; there none is asked for.
width <- if (package_version(version) > "4.5.1") 0.2 else NULL
seconds <- function(code) system.time(code)[["elapsed"]]
matching <- seconds(
  m <- matchit(formula, data = frame, exact = ~district, caliper = width, link = "linear.logit")
)
table <- seconds(s <- summary(m))
effect <- if (requireNamespace("sandwich", quietly = TRUE)) seconds({
  matched <- match.data(m)
  fit <- lm(y ~ treated * scale(as.matrix(matched[names]), scale = FALSE), data = matched, weights = weights)
  v <- sandwich::vcovCL(fit, cluster = ~ subclass + area, data = matched)
}) else NA
cat(version, matching, table, effect, "\n")
