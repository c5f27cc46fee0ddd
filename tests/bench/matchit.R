# Times R's MatchIt on the rows of a CSV file: propensity, pairs within districts, balance table, clustered effect.
# Prints: version, seconds of matching, of the balance table, of the effect.
suppressPackageStartupMessages(library(MatchIt))
given <- commandArgs(trailingOnly = TRUE)
frame <- read.csv(given[1])
columns <- grep("^x", names(frame), value = TRUE)
formula <- as.formula(paste("treated ~", paste(columns, collapse = " + ")))
version <- as.character(packageVersion("MatchIt"))
# Debian's 4.5.1 passes over calipers in silence, so there none is asked for.
width <- if (package_version(version) > "4.5.1") 0.2 else NULL
seconds <- function(code) system.time(code)[["elapsed"]]
matching <- seconds(
  m <- matchit(formula, data = frame, exact = ~district, caliper = width, link = "linear.logit")
)
table <- seconds(s <- summary(m))
effect <- if (requireNamespace("sandwich", quietly = TRUE)) seconds({
  matched <- match.data(m)
  matched[columns] <- scale(matched[columns], scale = FALSE)
  model <- as.formula(paste("y ~ treated * (", paste(columns, collapse = " + "), ")"))
  fit <- lm(model, data = matched, weights = matched$weights)
  v <- sandwich::vcovCL(fit, cluster = ~ subclass + area, data = matched)
}) else NA
cat(version, matching, table, effect, "\n")
